"""Walk every schedule of few deviations: what no execution shows then, none of them has."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from smcheck.schedule import START, Deviation, Schedule
from smcheck.schedulers.protocol import Choice
from smcheck.schedulers.replay import ReplayScheduler


class ExhaustiveScheduler:
    """Follow another schedule in each execution, those of fewer deviations first.

    An execution that follows a schedule shows where one deviation more can be made after its
    last one. So each schedule comes once, and the first that fails has as few deviations as any.

    Args:
        bound: Deviations of a schedule at most.
        spares_starts: Leave out deviations at the first point of a task. Where points come
            before whatever is shared, another schedule lets the other task begin instead.

    Attributes:
        bound: As given.
        walked: Schedules that were followed to their end.
        is_done: These were all within the bound.
        missed: What the latest execution did not come to; then something is not under control.
    """

    def __init__(self, bound: int, *, spares_starts: bool = False) -> None:
        if bound < 0:
            raise ValueError(
                f"ExhaustiveScheduler: expected a bound of 0 or more, got {bound!r}: "
                "pass the number of deviations"
            )
        self.walked = 0
        self.is_done = False
        self.missed: Schedule = ()
        self.bound = bound
        self._spares_starts = spares_starts
        self._parents: deque[tuple[Schedule, list[Deviation]]] = deque()
        self._children: Iterator[Schedule] = iter(())
        self._waiting: Schedule | None = ()
        self._lead = ReplayScheduler(())

    def begin(self, tasks: int) -> None:
        """Take the next schedule; the one that only runs on when all were walked."""
        self._schedule: Schedule = () if self._waiting is None else self._waiting
        self._lead = ReplayScheduler(self._schedule)
        self._lead.begin(tasks)
        self._branches: list[Deviation] = []

    def end(self, points: Sequence[int]) -> None:
        """Note what can follow the schedule that was walked."""
        self.missed = self._lead.missed
        self.walked += 1
        if self._branches:
            self._parents.append((self._schedule, self._branches))
        self._waiting = self._next()
        self.is_done = self._waiting is None

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the task that the schedule names; behind its end, note every other one."""
        is_behind = self._lead.is_followed
        task, quantum = self._lead.choose(current, runnable, points)
        if len(self._schedule) >= self.bound:
            return (task, quantum)
        if is_behind:
            at = 0 if current == START else points[current]
            if at == 1 and self._spares_starts and current in runnable:
                return (task, 1)
            self._branches += [Deviation(current, at, to) for to in runnable if to != task]
        return (task, 1)

    def _next(self) -> Schedule | None:
        for child in self._children:
            return child
        if not self._parents:
            return None
        parent, branches = self._parents.popleft()
        self._children = ((*parent, branch) for branch in branches)
        return self._next()
