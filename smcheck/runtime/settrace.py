"""Points on Python 3.11: a trace function per thread, called before every instruction.

A tracer that was there before, such as coverage's, is called first and put back afterwards.
Where most of a function's lines have no point, events of instructions are asked for only on
those that have one: a long computation on local variables then costs one event a line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from smcheck.runtime.execution import RawStep
from smcheck.runtime.pool import Worker
from smcheck.runtime.tasks import Task
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import Visible

LIMIT_CODES = 20_000
"""Code objects a worker remembers before it starts over, when programs make them endlessly."""

Tracer = Callable[..., Any]
"""Called with a frame, the name of an event and its argument."""

_Local = tuple[CodeType, Tracer | None, frozenset[int]]
"""Code, held so that its id stays its own; what traces its frames; its busy lines."""

_NO_LINES = frozenset[int]()


class SettracePoints:
    """Deliver points to tasks by ``sys.settrace``."""

    def __init__(self, traced: Traced, visible: Visible) -> None:
        self._traced = traced
        self._visible = visible
        self._generation = -1
        self._event = "line" if visible.granularity == "line" else "opcode"
        self._offsets: dict[int, tuple[CodeType, frozenset[int], frozenset[int]]] = {}
        self._steps: list[RawStep] | None = None

    def start(self, steps: list[RawStep] | None) -> None:
        """Deliver points from now on, and note them in ``steps`` if it is given."""
        if self._generation != self._traced.generation:
            self._generation = self._traced.generation
            self._visible.learn(self._traced.codes())
            self._offsets.clear()
        self._steps = steps

    def stop(self) -> None:
        """Deliver no points from now on; those of threads that still run do no harm."""
        self._steps = None

    def enter(self, worker: Worker) -> None:
        """Trace the calling thread, which is the worker's."""
        before: Tracer | None = sys.gettrace()
        made_for = (self, self._generation, before, self._steps is not None)
        if worker.tracer is None or worker.tracer[0] != made_for:
            worker.tracer = (made_for, self._make(worker, before))
        sys.settrace(worker.tracer[1])

    def leave(self, worker: Worker) -> None:
        """Give the calling thread back the tracer it had."""
        sys.settrace(worker.tracer[0][2])

    def _make(self, worker: Worker, before: Tracer | None) -> Tracer:
        locals_: dict[int, _Local] = {}

        def local_of(code: CodeType) -> _Local:
            if len(locals_) > LIMIT_CODES:
                locals_.clear()
            made = locals_[id(code)] = self._local(worker, code)
            return made

        def tracer(frame: FrameType, event: str, arg: Any) -> Any:
            code = frame.f_code
            _, local, busy = locals_.get(id(code)) or local_of(code)
            if local is not None and not by_line:
                frame.f_trace_lines = bool(busy)
                frame.f_trace_opcodes = not busy or frame.f_lineno in busy
            return local

        def chained(frame: FrameType, event: str, arg: Any) -> Any:
            theirs = before(frame, event, arg) if before is not None else None
            # Coverage's tracer puts itself in our place when it is called.
            sys.settrace(chained)
            code = frame.f_code
            _, local, _ = locals_.get(id(code)) or local_of(code)
            if local is None:
                return theirs
            # Theirs may have turned these off for a file it does not care for.
            frame.f_trace_lines = True
            frame.f_trace_opcodes = not by_line
            return _both(local, theirs) if theirs is not None else local

        by_line = self._event == "line"
        return tracer if before is None else chained

    def _local(self, worker: Worker, code: CodeType) -> _Local:
        if not self._traced.is_machine(code):
            return code, None, _NO_LINES
        known = self._offsets.get(id(code))
        if known is None:
            by_line = self._event == "line"
            offsets = self._visible.offsets(code)
            busy = _NO_LINES if by_line else _busy_lines(code, offsets)
            known = self._offsets[id(code)] = (code, offsets, busy)
        offsets, busy = known[1:]
        if not offsets:
            return code, None, _NO_LINES
        make = self._pointing if self._steps is None else self._recording
        local = make(worker, offsets)
        return code, _sparing(local, busy) if busy else local, busy

    def _pointing(self, worker: Worker, offsets: frozenset[int]) -> Tracer:
        wanted = self._event
        by_line = wanted == "line"

        def local(frame: FrameType, event: str, arg: Any) -> Any:
            if event == wanted and (by_line or frame.f_lasti in offsets):
                task = worker.task
                points = task.points = task.points + 1
                if points >= task.stop:
                    task.session.decide(task)
            return local

        return local

    def _recording(self, worker: Worker, offsets: frozenset[int]) -> Tracer:
        wanted = self._event

        def local(frame: FrameType, event: str, arg: Any) -> Any:
            if event == wanted and (wanted == "line" or frame.f_lasti in offsets):
                task: Task = worker.task
                if self._steps is not None:
                    self._steps.append(
                        (task.number, task.points + 1, (frame.f_code, frame.f_lasti))
                    )
                task.points += 1
                if task.points >= task.stop:
                    task.session.decide(task)
            return local

        return local


def _busy_lines(code: CodeType, offsets: frozenset[int]) -> frozenset[int]:
    """Return the lines that have points, where most instructions are on others; else none."""
    lines = [(line, range(start, end, 2)) for start, end, line in code.co_lines()]
    busy = frozenset(line for line, span in lines if line and not offsets.isdisjoint(span))
    quiet = sum(len(span) for line, span in lines if line not in busy)
    return busy if 2 * quiet > sum(len(span) for _, span in lines) else _NO_LINES


def _sparing(local: Tracer, busy: frozenset[int]) -> Tracer:
    """Ask for events of instructions on busy lines only; the line's own event comes first."""

    def sparing(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            frame.f_trace_opcodes = frame.f_lineno in busy
        else:
            local(frame, event, arg)
        return sparing

    return sparing


def _both(ours: Tracer, theirs: Tracer) -> Tracer:
    def local(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal theirs
        if event != "opcode" and theirs is not None:
            theirs = theirs(frame, event, arg)
        ours(frame, event, arg)
        return local

    return local
