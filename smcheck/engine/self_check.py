"""Run one schedule twice and tell where the two executions part first.

What a search finds is worth nothing where something beside the schedule decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smcheck.engine.runs import Ask, Runs
from smcheck.schedule import START
from smcheck.schedulers.protocol import Choice, Scheduler
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.replay import ReplayScheduler


class Moment(NamedTuple):
    """A decision that was due: who ran, who could run, how far each task had come."""

    current: int
    runnable: tuple[int, ...]
    points: tuple[int, ...]

    def __str__(self) -> str:
        if self.current == START:
            return f"at the beginning tasks {_listed(self.runnable)} can run"
        passed = self.points[self.current]
        return f"at point {passed} of task {self.current} tasks {_listed(self.runnable)} can run"


class _Noting:
    """Ask another scheduler at every point and note when."""

    def __init__(self, inner: Scheduler) -> None:
        self.moments: list[Moment] = []
        self._inner = inner
        self._left = 0

    def begin(self, tasks: int) -> None:
        self._inner.begin(tasks)
        self._current, self._left = START, 0

    def end(self, points: Sequence[int]) -> None:
        self._inner.end(points)
        self.moments.append(Moment(START, (), tuple(points)))

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        self.moments.append(Moment(current, runnable, tuple(points)))
        if current != self._current or current not in runnable or self._left <= 0:
            self._current, self._left = self._inner.choose(current, runnable, points)
        self._left -= 1
        return (self._current, 1)


def self_check(seed: int) -> Runs[str]:
    """Run a program twice under one random schedule; it has run before, and filled its caches.

    Return where the two executions part, nothing if they do not.
    """
    one = _Noting(RandomWalkScheduler(seed))
    made = (yield Ask(one)).execution
    other = _Noting(ReplayScheduler(made.schedule))
    yield Ask(other)
    return _first_difference(one.moments, other.moments)


def _first_difference(one: Sequence[Moment], other: Sequence[Moment]) -> str:
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return f"after {number} decisions: once {left}, once {right}"
    if len(one) != len(other):
        return f"once {len(one)} decisions were due, once {len(other)}"
    return ""


def _listed(tasks: tuple[int, ...]) -> str:
    return ", ".join(map(str, tasks)) or "none"
