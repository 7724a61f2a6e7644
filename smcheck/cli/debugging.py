"""Let ``breakpoint()`` in a machine stop a replay, at the terminal of the parent."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from smcheck.runtime.monitoring import MonitoringPoints


def let_debug(terminal_fds: Sequence[int], *, told: Callable[[], None]) -> None:
    """Have ``breakpoint()`` open a debugger that reads and writes these two descriptors.

    Args:
        told: Called each time before it opens.
    """
    for descriptor in terminal_fds:
        os.set_inheritable(descriptor, False)
    reads, writes = (
        os.fdopen(descriptor, mode) for descriptor, mode in zip(terminal_fds, "rw", strict=True)
    )

    def stop(*args: Any, **kwargs: Any) -> None:  # Any: whatever is given to breakpoint()
        import pdb  # noqa: T100  # few replays stop in it

        class Debugger(pdb.Pdb):
            def set_continue(self) -> None:
                super().set_continue()
                MonitoringPoints.renew()

        told()
        Debugger(stdin=reads, stdout=writes).set_trace(sys._getframe(1))

    sys.breakpointhook = stop
