"""Put the points of a recorded execution together to lines, and the switches between them.

Pure: takes an execution, returns records for a reader.
"""

from __future__ import annotations

import linecache
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from smcheck.plan import task_name
from smcheck.runtime.execution import Execution, Switch
from smcheck.runtime.places import location_of
from smcheck.scenario import Step, Touch, Turn

_LIMIT_TOUCHES = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """An execution, line by line.

    Attributes:
        steps: Lines in their order.
        turns: Changes of the running task, by position in ``steps``.
        starts: Number of points that were noted before each step.
    """

    steps: tuple[Step, ...]
    turns: tuple[Turn, ...]
    starts: tuple[int, ...]

    def moment(self, points: int) -> int:
        """Return the position in ``steps`` that so many noted points come to."""
        return bisect_left(self.starts, points)


def walk(
    execution: Execution, bounds: Sequence[int] = (), *, name: Callable[[int], str] = task_name
) -> Walk:
    """Return the lines and the turns of a recorded execution.

    Args:
        execution: One that was recorded.
        bounds: Numbers of noted points at which a line begins anew, in order.
        name: Gives the name of a task.
    """
    walker = _Walker(execution, bounds, name)
    walker.go()
    return Walk(tuple(walker.steps), tuple(walker.turns), tuple(walker.starts))


def _weight(turn: Turn) -> int:
    """Return how much a turn says: a deviation most, an end nothing."""
    return 2 * turn.deviation + ("waits" in turn.reason)


class _Walker:
    """Goes through the points, with what it has seen of steps and turns."""

    def __init__(
        self, execution: Execution, bounds: Sequence[int], name: Callable[[int], str]
    ) -> None:
        self._execution = execution
        self._name = name
        self._bounds = bounds
        self._pending = [s for s in execution.switches if s.task != s.to]
        self._left = {(s.task, s.point) for s in self._pending if s.reason in ("chosen", "fair")}
        self._next = {s[:2]: n for n, s in enumerate(execution.raw_steps)}
        self._current = -1
        self.steps: list[Step] = []
        self.turns: list[Turn] = []
        self.starts: list[int] = []

    def go(self) -> None:
        """Walk."""
        touches = self._execution.raw_touches
        for number, (task, point, place) in enumerate(self._execution.raw_steps):
            self._turn(task, point)
            at = location_of(place)
            if at is None:
                continue
            step = Step(
                task, at.file, at.line, at.function,
                linecache.getline(at.file, at.line).strip(), point,
            )  # fmt: skip
            if not self._goes_on(step, number):
                self.steps.append(step)
                self.starts.append(number)
            self._add(touches.get(number), interrupted=(task, point) in self._left)
            self._left.discard((task, point))
        for switch in self._pending:
            self._note(switch)
        self.turns = list(self._told())

    def _told(self) -> Iterator[Turn]:
        """Join turns between the same two lines: tasks that had nothing to do ran there."""
        for at, turns in groupby(self.turns, key=lambda turn: turn.at):
            several = list(turns)
            why = max(several, key=_weight)
            if at < len(self.steps) or _weight(why):
                yield replace(why, to=several[-1].to if at < len(self.steps) else why.to)

    def _turn(self, task: int, point: int) -> None:
        """Note the switches that were made before a task came to one of its points."""
        while self._pending:
            switch = self._pending[0]
            passed = switch.task == task and switch.point < point
            if self._current == task and not passed:
                return
            self._note(self._pending.pop(0))

    def _note(self, switch: Switch) -> None:
        self._current = switch.to
        reason = self._reason(switch)
        at = len(self.steps)
        self.turns.append(Turn(at, switch.task, switch.to, switch.deviation, reason))

    def _reason(self, switch: Switch) -> str:
        if switch.task < 0:
            return "at the beginning"
        who = self._name(switch.task)
        if switch.reason == "ended":
            return f"{who} is done"
        where = f" at line {switch.location.line}" if switch.location is not None else ""
        if switch.reason == "blocked":
            return f"{who} waits{where}"
        if switch.reason == "fair":
            return f"{who} ran for very long"
        return f"{who} is stopped {self._before(switch) or where.strip() or 'between two calls'}"

    def _before(self, switch: Switch) -> str:
        """Return what the task does when it goes on, empty if it is not known."""
        number = self._next.get((switch.task, switch.point))
        touch = self._execution.raw_touches.get(number) if number is not None else None
        if touch is None or switch.location is None:
            return ""
        verb = "reads" if touch.written is None else "writes"
        return f"before line {switch.location.line} {verb} {touch.name}"

    def _goes_on(self, step: Step, number: int) -> bool:
        """Return whether a point is on the line of the latest step, with nobody between."""
        if not self.steps or (self.turns and self.turns[-1].at == len(self.steps)):
            return False
        last = self.steps[-1]
        same = (last.task, last.file, last.line) == (step.task, step.file, step.line)
        start = self.starts[-1]
        return same and bisect_right(self._bounds, start) == bisect_right(self._bounds, number)

    def _add(self, touch: Touch | None, *, interrupted: bool) -> None:
        last = self.steps[-1]
        touches = last.touches
        if touch is not None and touch not in touches and len(touches) < _LIMIT_TOUCHES:
            touches = (*touches, touch)
        self.steps[-1] = replace(last, touches=touches, interrupted=last.interrupted or interrupted)
