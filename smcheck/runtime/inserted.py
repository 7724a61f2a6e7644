"""Points on Python 3.11: calls put into the machine's functions, before what gets a point.

No tracer is used, so coverage, debuggers and profilers work as they do without us, and what has
no point costs nothing.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from types import CodeType, FrameType
from typing import NamedTuple
from weakref import WeakKeyDictionary

from smcheck.runtime.insertion import insert
from smcheck.runtime.origins import original, remember
from smcheck.runtime.pool import Worker
from smcheck.runtime.recording import Recording
from smcheck.runtime.tasks import Task
from smcheck.runtime.traced import Traced, with_nested
from smcheck.runtime.visible import Visible

_LIMIT_CHANGED = 20_000

_pointed: dict[int, Task] = {}
"""The task that points on a thread are delivered to, by thread identity."""
_recording: Recording | None = None
"""Where points are noted, if they are."""
_changed: dict[tuple[int, object], tuple[CodeType, CodeType]] = {}
"""Code and what was made of it, by the id of the former and how its points were chosen."""


class _Made(NamedTuple):
    """What was made of the code that was known at a time, by the id of the code."""

    generation: int
    codes: dict[int, tuple[CodeType, CodeType]]


_made: WeakKeyDictionary[Traced, dict[str, _Made]] = WeakKeyDictionary()
"""By granularity."""


class InsertedPoints:
    """Deliver points to tasks by calls in the machine's functions.

    The points that start last own the functions.
    """

    _owner: InsertedPoints | None = None

    def __init__(self, traced: Traced, visible: Visible) -> None:
        self._traced = traced
        self._visible = visible
        self.granularity = visible.granularity
        self._generation = -1

    def start(self, recording: Recording | None) -> None:
        """Deliver points from now on, and note them in ``recording`` if it is given."""
        global _recording
        owner = InsertedPoints._owner
        if owner is not self:
            if owner is not None:
                owner.release()
            InsertedPoints._owner = self
        if self._generation != self._traced.generation:
            self._generation = self._traced.generation
            self._take_in()
        _recording = recording

    def stop(self) -> None:
        """Note no points from now on; those of threads that still run do no harm."""
        global _recording
        _recording = None

    def release(self) -> None:
        """Give the machine's functions back their code, unless others own them now."""
        if InsertedPoints._owner is not self:
            return
        InsertedPoints._owner = None
        for function in self._traced.functions():
            function.__code__ = original(function.__code__)
        self._generation = -1

    def enter(self, worker: Worker) -> None:
        """Deliver points to the task of the calling thread, which is the worker's."""
        _pointed[worker.ident] = worker.task

    def leave(self, worker: Worker) -> None:
        """Deliver no more points to the calling thread."""
        _pointed.pop(worker.ident, None)

    def _take_in(self) -> None:
        made = _made.setdefault(self._traced, {}).get(self._visible.granularity)
        if made is None or made.generation != self._traced.generation:
            made = _Made(self._traced.generation, {})
            _made[self._traced][self._visible.granularity] = made
        functions = [(f, original(f.__code__)) for f in self._traced.functions()]
        new = [code for _, code in functions if id(code) not in made.codes]
        if new:
            self._visible.learn(self._traced.codes())
            self._visible.learn(nested for code in new for nested in with_nested(code))
            made.codes.update((id(code), (code, self._with_points(code))) for code in new)
        for function, code in functions:
            _, pointed = made.codes[id(code)]
            if function.__code__ is not pointed:
                function.__code__ = pointed

    def _with_points(self, code: CodeType) -> CodeType:
        """Return code with points in it and in the functions that it makes."""
        key = (id(code), self._visible.how(code))
        if key in _changed:
            return _changed[key][1]
        nested = tuple(
            self._with_points(value) if isinstance(value, CodeType) else value
            for value in code.co_consts
        )
        offsets = self._visible.offsets(code)
        made = code
        if offsets or any(new is not old for new, old in zip(nested, code.co_consts, strict=True)):
            made, origins = insert(code.replace(co_consts=nested), offsets, _point)
            remember(made, code, origins)
        if len(_changed) >= _LIMIT_CHANGED:
            _changed.clear()
        _changed[key] = (code, made)
        return made


def _point(
    _get: Callable[[int], Task | None] = _pointed.get, _ident: Callable[[], int] = get_ident
) -> None:
    task = _get(_ident())
    if task is not None:
        points = task.points = task.points + 1
        if _recording is not None:
            _recorded(task, _recording, sys._getframe(1))
        elif points >= task.stop:
            # A scheduler may be made of code that has points too.
            me = _ident()
            del _pointed[me]
            try:
                task.session.decide(task)
            finally:
                _pointed[me] = task


def _recorded(task: Task, recording: Recording, frame: FrameType) -> None:
    """Pass a point, and note what the task comes to and what it does then."""
    me = get_ident()
    del _pointed[me]
    try:
        recording.come(task.number, task.points, frame)
        if task.points >= task.stop:
            task.session.decide(task)
        recording.go(task.number, frame)
    finally:
        _pointed[me] = task
