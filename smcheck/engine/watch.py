"""Find the line after which something became true: a line tracer for one call.

Used only to name the culprit of a breach that is already proven; what it says is a location,
never a verdict.
"""

from __future__ import annotations

import linecache
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from smcheck.finding import Location
from smcheck.runtime.traced import Traced
from smcheck.values import attributes_of, freeze


class LineWatch:
    """Ask ``became`` after every line of machine code and keep the line that made it true.

    Attributes:
        found: The first line after which ``became()`` was true, ``None`` so far.
        first: The first line of machine code that ran.
        last_return: The return statement, or the line, at which the outermost watched frame
            last returned.
    """

    def __init__(self, traced: Traced, became: Callable[[], bool]) -> None:
        self._traced = traced
        self._became = became
        self._latest: Location | None = None
        self._returns: dict[FrameType, Location] = {}
        self.found: Location | None = None
        self.first: Location | None = None
        self.last_return: Location | None = None

    @contextmanager
    def watching(self) -> Iterator[LineWatch]:
        """Watch the calls made inside the block, on this thread."""
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            yield self
        finally:
            sys.settrace(before)
            self._look()

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if self._traced.is_machine(frame.f_code) else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        self._look()
        here = self._standing(frame) or place(frame)
        self.first = self.first or here
        self._latest = here
        if event == "line" and self._is_return(frame):
            self._returns[frame] = here
        if event == "return":
            # Leaving a ``with`` goes back to its first line: the statement says more.
            self.last_return = self._returns.pop(frame, here)
            # What comes now is the rest of the line that made this call.
            self._latest = self._standing(frame.f_back) or here
        return self._line

    def _standing(self, frame: FrameType | None) -> Location | None:
        """Return the line of the machine's source that a frame runs for: its own or a caller's.

        Generated code, such as a dataclass's ``__init__``, has no source.
        """
        while frame is not None:
            if self._traced.is_machine_file(frame.f_code.co_filename):
                return place(frame)
            frame = frame.f_back
        return None

    def _is_return(self, frame: FrameType) -> bool:
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        return line.lstrip().startswith("return")

    def _look(self) -> None:
        if self.found is None and self._latest is not None and self._became():
            self.found = self._latest


def place(frame: FrameType) -> Location:
    """Return where a frame is."""
    code = frame.f_code
    return Location(code.co_filename, frame.f_lineno, code.co_qualname)


def digest(machine: object) -> str:
    """Return the text of everything the machine's attributes hold, modelled locks aside.

    The order of keys is part of it: who keeps what was used last in front writes by moving it.
    """
    return "; ".join(
        f"{name}={freeze(value).text}{_order(value)}"
        for name, value in sorted(attributes_of(machine).items())
        if not type(value).__module__.startswith("smcheck.")
    )


def _order(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    keys = OrderedDict.keys(value) if isinstance(value, OrderedDict) else dict.keys(value)
    return " of " + ", ".join(freeze(key).text for key in keys)
