"""Where a task is: which frames of its stack are the machine's, and where none may switch."""

from __future__ import annotations

from types import CodeType, FrameType

from smcheck.runtime.tasks import Place
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import MUTED_NAMES

MUTED_FILES = ("/logging/__init__.py", "/weakref.py", "/_weakrefset.py")
"""Standard modules that call the machine while they hold a real lock or finalise an object."""

MACHINE, MUTED, BOTTOM = 1, 2, 4
"""What a code object is, added up: the machine's, one without switches, a task's first."""

_LIMIT_KINDS = 20_000


class Frames:
    """Look through the stack of a thread.

    Args:
        traced: Which code is the machine's; it keeps what was learned.
        bottom: The code below which nothing belongs to a task.
    """

    __slots__ = ("_bottom", "_kinds", "_traced")

    def __init__(self, traced: Traced, bottom: CodeType) -> None:
        self._traced = traced
        self._bottom = bottom
        self._kinds = traced.kinds

    def look(self, frame: FrameType | None) -> tuple[Place | None, bool, int]:
        """Return the machine's innermost place, whether nothing may switch there, and the depth."""
        kinds = self._kinds
        place: Place | None = None
        is_muted = False
        depth = 0
        while frame is not None:
            code = frame.f_code
            kind = (kinds.get(id(code)) or self._learn(code))[1]
            if kind:
                if kind == BOTTOM:
                    break
                if kind & MUTED:
                    is_muted = True
                if place is None and kind & MACHINE:
                    place = (code, frame.f_lasti)
            depth += 1
            frame = frame.f_back
        return place, is_muted, depth

    def kind_of(self, code: CodeType) -> int:
        """Return what a code object is."""
        return (self._kinds.get(id(code)) or self._learn(code))[1]

    def innermost(self, frame: FrameType | None) -> FrameType | None:
        """Return the machine's innermost frame."""
        kinds = self._kinds
        while frame is not None:
            code = frame.f_code
            if (kinds.get(id(code)) or self._learn(code))[1] & MACHINE:
                return frame
            frame = frame.f_back
        return None

    def place(self, frame: FrameType | None) -> Place | None:
        """Return the machine's innermost place."""
        own = self.innermost(frame)
        return None if own is None else (own.f_code, own.f_lasti)

    def _learn(self, code: CodeType) -> tuple[CodeType, int]:
        if len(self._kinds) > _LIMIT_KINDS:
            self._kinds.clear()
        # The code is held, so that its id stays its own.
        known = self._kinds[id(code)] = (code, self._kind(code))
        return known

    def _kind(self, code: CodeType) -> int:
        if code is self._bottom:
            return BOTTOM
        is_muted = code.co_name in MUTED_NAMES or code.co_filename.endswith(MUTED_FILES)
        return MUTED * is_muted + MACHINE * self._traced.is_machine(code)
