"""Note where the machine reads what replicas differ in, whatever comes of it. For workers."""

from __future__ import annotations

from types import FrameType

from smcheck.finding import Location
from smcheck.runtime.traced import Traced

_THROUGH = frozenset(
    {
        "smcheck", "uuid", "secrets", "random", "datetime", "_pydatetime", "os", "posixpath",
        "platform", "socket", "getpass", "collections",
    }
)  # fmt: skip
"""Modules that read for whoever calls them; others, such as logging, have their own reasons."""
_DEPTH = 12


class Guard:
    """Collect the reads of one life.

    Attributes:
        reads: The circumstance and the machine's line, each once and in order.
    """

    def __init__(self, traced: Traced) -> None:
        self.reads: dict[tuple[str, Location], None] = {}
        self._traced = traced

    def hear(self, circumstance: str, frame: FrameType | None) -> None:
        """Note a read if it is the machine's own."""
        for _ in range(_DEPTH):
            if frame is None:
                return
            code = frame.f_code
            if self._traced.is_machine(code):
                place = Location(code.co_filename, frame.f_lineno or 0, code.co_qualname)
                self.reads.setdefault((circumstance, place))
                return
            if str(frame.f_globals.get("__name__")).partition(".")[0] not in _THROUGH:
                return
            frame = frame.f_back
