"""Record what the machine's lines saw in some steps of a life, in a form that compares.

Values are frozen texts without addresses and without the order of sets and mappings, so that
two processes in which nothing differed record the same. Runs in a worker; judges nothing.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import CodeType, FrameType, ModuleType
from typing import Any, Protocol

from smcheck.circumstances.wire import Event, Trace
from smcheck.host.board import Board
from smcheck.values import attributes_of, freeze

RETURNED = "return value"
"""Name under which a return event shows its value."""

_LIMIT_EVENTS = 20_000
_LIMIT_TEXT = 160
UNREADABLE = "<unreadable>"


class _Traced(Protocol):
    def is_machine(self, code: CodeType, /) -> bool: ...


class StepBoard(Board):
    """A board that also knows the position of the latest step.

    Attributes:
        step: Position in the script, -1 before the first.
    """

    step = -1

    def begin(self, operation: str) -> None:
        """Note that a step begins."""
        super().begin(operation)
        self.step += 1

    def restart(self) -> None:
        """Begin a new life."""
        self.step, self.latest = -1, ""


class LineRecorder(AbstractContextManager["LineRecorder"]):
    """Record while entered, on the thread that entered it.

    Args:
        place: Where folders of machines are; which one a machine was given is no difference.
    """

    def __init__(
        self, traced: _Traced, board: StepBoard, first: int, last: int, *, place: str = ""
    ) -> None:
        self._given = re.compile(re.escape(place) + r"/\d+") if place else None
        self._traced = traced
        self._board = board
        self._first, self._last = first, last
        self._codes: dict[CodeType, int] = {}
        self._events: list[Event] = []
        self._shown: dict[str, str] = {}
        self._cut = False
        self._before: Callable[..., Any] | None = None

    def __enter__(self) -> LineRecorder:
        self._before = sys.gettrace()
        sys.settrace(self._on_call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def trace(self) -> Trace:
        """Return what was recorded."""
        codes = tuple((os.path.abspath(code.co_filename), code.co_qualname) for code in self._codes)
        return Trace(codes, tuple(self._events), self._cut)

    def _on_call(self, frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if not self._first <= self._board.step <= self._last or self._cut:
            return None
        if code.co_filename.startswith("<") or not self._traced.is_machine(code):
            return None
        self._note(frame, "call", arg)
        return self._on_event

    def _on_event(self, frame: FrameType, event: str, arg: object) -> Any:
        if event != "opcode" and not self._cut:
            self._note(frame, event, arg)
        return self._on_event

    def _note(self, frame: FrameType, event: str, arg: object) -> None:
        """Note an event; what that makes shall not call the collector."""
        collects = gc.isenabled()
        gc.disable()
        try:
            self._add(frame, event, arg)
        finally:
            if collects:
                gc.enable()

    def _add(self, frame: FrameType, event: str, arg: object) -> None:
        if len(self._events) >= _LIMIT_EVENTS:
            self._cut = True
            return
        code = self._codes.setdefault(frame.f_code, len(self._codes))
        shown = _show_frame(frame)
        if event == "return":
            shown[RETURNED] = _show(arg)
        elif event == "exception" and isinstance(arg, tuple):
            shown["exception"] = _show(arg[1])
        if self._given is not None:
            shown = {n: self._given.sub("<directory>", text) for n, text in shown.items()}
        changed = tuple(
            (name, text) for name, text in shown.items() if self._shown.get(name) != text
        )
        gone = tuple((name, "") for name in self._shown if name not in shown)
        self._shown = shown
        line = frame.f_lineno or frame.f_code.co_firstlineno
        self._events.append(Event(self._board.step, event, code, line, (*changed, *gone)))


def _show_frame(frame: FrameType) -> dict[str, str]:
    """Return the texts of the locals, those of ``self`` attribute by attribute."""
    values = dict(frame.f_locals)
    names = frame.f_code.co_varnames
    shown: dict[str, str] = {}
    if names[:1] == ("self",) and "self" in values:
        owner = values.pop("self")
        for name, value in attributes_of(owner).items():
            shown[f"self.{name}"] = _show(value)
        if isinstance(owner, (dict, list, set)):
            shown["self"] = _show(owner)
    for name, value in values.items():
        shown[name] = _show(value)
    return shown


def _show(value: object) -> str:
    """Return the frozen text of a value, a prefix and a digest of a long one."""
    if isinstance(value, (ModuleType, FrameType)):
        return f"<{type(value).__name__}>"
    try:
        text = freeze(value).text
    except Exception:  # noqa: BLE001 - a value in the middle of a change must not end the life
        return UNREADABLE
    if len(text) <= _LIMIT_TEXT:
        return text
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=6).hexdigest()
    return f"{text[:_LIMIT_TEXT]}… #{digest}"
