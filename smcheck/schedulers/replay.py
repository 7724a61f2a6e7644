"""Follow a schedule: run on, except where it says otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from smcheck.schedule import START, Deviation, Schedule, default_choice
from smcheck.schedulers.protocol import FOREVER, Choice


class ReplayScheduler:
    """Make the execution that a schedule was recorded from.

    On another plan or another machine a deviation may come up whose target cannot run, or may
    not come up at all; the scheduler runs on and remembers it. The empty schedule only runs on.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._targets = {(d.task, d.point): d for d in schedule}
        self._moments: dict[int, list[int]] = {}
        for deviation in sorted(schedule):
            self._moments.setdefault(deviation.task, []).append(deviation.point)
        self._followed: set[Deviation] = set()

    @property
    def missed(self) -> Schedule:
        """The deviations that were not followed in the execution so far."""
        return tuple(d for d in self._schedule if d not in self._followed)

    @property
    def is_followed(self) -> bool:
        """Whether every deviation was followed already."""
        return len(self._followed) == len(self._schedule)

    def begin(self, tasks: int) -> None:
        """Start from the beginning of the schedule."""
        self._followed = set()

    def end(self, points: Sequence[int]) -> None:
        """Nothing is learned."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the task that the schedule names, until its next deviation."""
        at = 0 if current == START else points[current]
        deviation = self._targets.get((current, at))
        if deviation is not None and deviation.to in runnable:
            self._followed.add(deviation)
            task = deviation.to
        else:
            task = default_choice(current, runnable)
        return (task, self._until_next(task, points[task]))

    def _until_next(self, task: int, passed: int) -> int:
        moments = self._moments.get(task, ())
        following = bisect_right(moments, passed)
        return moments[following] - passed if following < len(moments) else FOREVER
