"""Follow an interleaving that was drawn step by step: advance a task, finish its call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smcheck.schedule import default_choice
from smcheck.schedulers.protocol import FOREVER, Choice


@dataclass(frozen=True, slots=True)
class Advance:
    """Run ``task`` for ``points`` points; until its present call returns for 0."""

    task: int
    points: int


class DrawnScheduler:
    """Take the drawn steps in order, skipping tasks that cannot run, then run on."""

    def __init__(self, steps: Sequence[Advance]) -> None:
        self._steps = tuple(steps)

    def begin(self, tasks: int) -> None:
        """Start from the first step."""
        self._next = 0
        self._stop_at = 0
        self._returns = [0] * tasks
        self._target: int | None = None

    def end(self, points: Sequence[int]) -> None:
        """Nothing is learned."""

    def note_return(self, task: int) -> None:
        """Hear from the host that a call of ``task`` returned."""
        self._returns[task] += 1

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Go on with the present step, or with the next one that can be followed."""
        while self._next < len(self._steps):
            step = self._steps[self._next]
            if step.task not in runnable or not self._is_open(step, points):
                self._leave()
                continue
            left = self._stop_at - points[step.task]
            return (step.task, left if step.points else 1)
        return (default_choice(current, runnable), FOREVER)

    def _is_open(self, step: Advance, points: Sequence[int]) -> bool:
        """Enter the step if it is new, and return whether it has something left to do."""
        if self._target is None:
            self._target = self._returns[step.task] + 1
            self._stop_at = points[step.task] + step.points
        if step.points == 0:
            return self._returns[step.task] < self._target
        return points[step.task] < self._stop_at

    def _leave(self) -> None:
        self._next += 1
        self._target = None
