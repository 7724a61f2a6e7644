"""Points on Python 3.12 and later: instruction events on the machine's code objects only.

One kind of event is used: beside line events of our own, instruction events get lost. A line
tool of somebody else can still swallow the first event at the beginning of a line, once.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from types import CodeType
from typing import Any

from smcheck.errors import UsageError
from smcheck.runtime.pool import Worker
from smcheck.runtime.recording import Recording
from smcheck.runtime.tasks import Task
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import Visible

monitoring: Any = getattr(sys, "monitoring", None)
"""Typed loosely because 3.11 has none; ``Executor`` uses this module from 3.12 on only."""

FREE_TOOLS = (4, 3, 5)
"""Tool ids that no debugger, coverage, profiler or optimiser claims."""

Callback = Callable[[CodeType, int], Any]


class MonitoringPoints:
    """Deliver points to tasks by ``sys.monitoring``.

    One tool id serves the process; the points that start last own the events.
    """

    _tool = -1
    _owner: MonitoringPoints | None = None

    def __init__(self, traced: Traced, visible: Visible) -> None:
        self._traced = traced
        self._visible = visible
        self.granularity = visible.granularity
        self._generation = -1
        self._offsets: dict[int, frozenset[int]] = {}
        self._codes: tuple[CodeType, ...] = ()
        self._pointed: dict[int, Task] = {}
        self._callback = self._make(None)

    def start(self, recording: Recording | None) -> None:
        """Deliver points from now on, and note them in ``recording`` if it is given."""
        cls = MonitoringPoints
        if cls._tool < 0:
            cls._tool = _free_tool()
        if cls._owner is not self:
            if cls._owner is not None:
                cls._owner.release()
            cls._owner = self
            self._generation = -1
        if self._generation != self._traced.generation:
            self._take_in()
        callback = self._callback if recording is None else self._make(recording)
        monitoring.register_callback(cls._tool, monitoring.events.INSTRUCTION, callback)

    def stop(self) -> None:
        """Deliver no points from now on."""
        monitoring.register_callback(self._tool, monitoring.events.INSTRUCTION, None)

    def release(self) -> None:
        """Take the events off the machine's code."""
        for code in self._codes:
            monitoring.set_local_events(self._tool, code, 0)
        self._codes = ()
        self._offsets.clear()
        self._generation = -1

    @classmethod
    def renew(cls) -> None:
        """Ask for the events again: on 3.13 a debugger that goes on takes them away."""
        if cls._owner is not None:
            for code in cls._owner._codes:
                if cls._owner._offsets.get(id(code)):
                    monitoring.set_local_events(cls._tool, code, 0)
                    monitoring.set_local_events(cls._tool, code, monitoring.events.INSTRUCTION)

    def enter(self, worker: Worker) -> None:
        """Deliver points to the task of the calling thread, which is the worker's."""
        self._pointed[worker.ident] = worker.task

    def leave(self, worker: Worker) -> None:
        """Deliver no more points to the calling thread."""
        self._pointed.pop(worker.ident, None)

    def _take_in(self) -> None:
        self._generation = self._traced.generation
        codes = self._traced.codes()
        self._visible.learn(codes)
        known = {id(code) for code in self._codes}
        for code in codes:
            offsets = self._visible.offsets(code)
            if offsets:
                self._offsets[id(code)] = offsets
            if offsets and id(code) not in known:
                monitoring.set_local_events(self._tool, code, monitoring.events.INSTRUCTION)
        self._codes = codes

    def _make(self, recording: Recording | None) -> Callback:
        nothing: frozenset[int] = frozenset()
        disable = monitoring.DISABLE
        offsets_of = self._offsets.get
        task_of = self._pointed.get

        def on_instruction(code: CodeType, offset: int) -> Any:
            if offset not in offsets_of(id(code), nothing):
                return disable
            task = task_of(get_ident())
            if task is not None:
                points = task.points = task.points + 1
                if points >= task.stop:
                    task.session.decide(task)
            return None

        def on_recorded(code: CodeType, offset: int) -> Any:
            task = task_of(get_ident())
            visible = offset in offsets_of(id(code), nothing)
            if not visible or task is None or recording is None:
                return on_instruction(code, offset)
            frame = sys._getframe(1)
            recording.come(task.number, task.points + 1, frame)
            result = on_instruction(code, offset)
            recording.go(task.number, frame)
            return result

        return on_instruction if recording is None else on_recorded


def _free_tool() -> int:
    for tool in FREE_TOOLS:
        if monitoring.get_tool(tool) in (None, "smcheck"):
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "smcheck")
            return tool
    names = ", ".join(f"{tool}: {monitoring.get_tool(tool)}" for tool in FREE_TOOLS)
    raise UsageError(
        f"sys.monitoring: expected a free tool id among 3 to 5, all are taken ({names}): "
        "stop one of those tools"
    )
