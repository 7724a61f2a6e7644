"""Let ``breakpoint()`` in a machine stop a replay, at the terminal of the parent."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from smcheck.cli.debugger import Debugger


class Terminal:
    """Where a debugger reads and writes.

    Args:
        descriptors: One to read from, one to write to.
        told: Called each time before a debugger opens.
    """

    def __init__(self, descriptors: Sequence[int], *, told: Callable[[], None]) -> None:
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        reads, writes = descriptors
        self.reads: TextIO = os.fdopen(reads, "r")
        self.writes: TextIO = os.fdopen(writes, "w")
        self.told = told

    def debugger(self, *, left: Callable[[], None] | None = None) -> Debugger:
        """Return a debugger."""
        from smcheck.cli.debugger import Debugger

        return Debugger(self.reads, self.writes, left=left)

    def say(self, text: str) -> None:
        """Write a line for whoever debugs."""
        print(text, file=self.writes, flush=True)

    def let_break(self, *, leave: Callable[[], None]) -> None:
        """Have ``breakpoint()`` open a debugger.

        Args:
            leave: Ends this process, when the user quits.
        """

        def stop(*args: Any, **kwargs: Any) -> None:  # Any: whatever is given to breakpoint()
            self.told()
            self.debugger(left=leave).set_trace(sys._getframe(1))

        sys.breakpointhook = stop
