"""The debugger of a replay; fetched only by a replay that stops, for it brings much along."""

from __future__ import annotations

import linecache
import pdb  # noqa: T100  # what a replay stops in
import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import IO

from smcheck.finding import Location
from smcheck.runtime.monitoring import MonitoringPoints

_OWN_MODULES = ("smcheck", "smcheck.*")


class Debugger(pdb.Pdb):
    """A debugger that reads and writes where it is told to, and never stops in smcheck.

    Args:
        reads: What is typed.
        writes: What is shown.
        left: Called when the user quits; must not return.
    """

    def __init__(
        self, reads: IO[str], writes: IO[str], *, left: Callable[[], None] | None = None
    ) -> None:
        super().__init__(stdin=reads, stdout=writes, skip=_OWN_MODULES, nosigint=True)
        self._left = left
        self.is_held = False

    def set_continue(self) -> None:
        """Go on, with the points that some Pythons take away then."""
        super().set_continue()
        MonitoringPoints.renew()

    def set_quit(self) -> None:
        """Leave the replay, where it is more than the machine's own breakpoint."""
        if self._left is not None:
            self.stdout.flush()
            self._left()
        super().set_quit()

    def get_stack(
        self, f: FrameType | None, t: TracebackType | None
    ) -> tuple[list[tuple[FrameType, int]], int]:
        """Return the frames that are shown: none of smcheck's."""
        stack, at = super().get_stack(f, t)
        own = [
            n for n, (frame, _) in enumerate(stack)
            if not self.is_skipped_module(str(frame.f_globals.get("__name__")))
        ]  # fmt: skip
        return ([stack[n] for n in own], own.index(at)) if at in own else (stack, at)

    def hold(self, frame: FrameType) -> None:
        """Stop here and now in ``frame``, which is the calling thread's, further down."""
        self.reset()
        self.botframe = frame.f_back or frame
        self.is_held = True
        try:
            self.interaction(frame, None)
        finally:
            self.is_held = False
        if self.stoplineno != -1 or self.breaks:
            frame.f_trace = self.trace_dispatch
            frame.f_trace_lines = True
            sys.settrace(self.trace_dispatch)

    def watch(self, place: Location) -> None:
        """Have the calling thread stop at a line, or in a function, whenever it comes there."""
        self.reset()
        self.botframe = sys._getframe()
        if not self.get_file_breaks(place.file):
            name = place.function.rpartition(".")[2] if begins_function(place) else None
            self.set_break(place.file, place.line, funcname=name)
        self.set_continue()
        sys.settrace(self.trace_dispatch)


def begins_function(place: Location) -> bool:
    """Return whether a line says where a function begins, and nothing runs there."""
    return linecache.getline(place.file, place.line).lstrip().startswith(("def ", "async ", "@"))
