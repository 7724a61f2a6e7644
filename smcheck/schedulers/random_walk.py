"""Wander: at each point, or now and then, any runnable task is next."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from random import Random

from smcheck.schedulers.protocol import FOREVER, Choice


class RandomWalkScheduler:
    """Pick uniformly among the runnable tasks, again and again.

    Args:
        seed: Decides everything; each execution continues the same stream.
        switch: Odds that a point asks at all. 1 asks at each point; 0.1 lets tasks run on for
            ten points on average, which finds bugs that need one long undisturbed stretch.
    """

    def __init__(self, seed: int, *, switch: float = 0.5) -> None:
        if not 0 < switch <= 1:
            raise ValueError(
                f"RandomWalkScheduler: expected 0 < switch <= 1, got {switch!r}: "
                "pass the odds that a point asks"
            )
        self._random = Random(seed)
        self._switch = switch
        self._logs: dict[int, float] = {}
        self._leaves_at = -1

    def begin(self, tasks: int) -> None:
        """Go on with the stream of the execution before."""
        self._leaves_at = -1

    def end(self, points: Sequence[int]) -> None:
        """Nothing is learned."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return a task, and for how many points the draws after this one fall on it too."""
        count, draw = len(runnable), self._random.random
        if count == 1:
            return (runnable[0], FOREVER)
        if current in runnable and points[current] == self._leaves_at:
            # The draw that is due fell on another task.
            at = int(draw() * (count - 1))
            task = runnable[at if runnable[at] < current else at + 1]
        else:
            task = runnable[int(draw() * count)]
        quantum = 1 + int(log(1.0 - draw()) / (self._logs.get(count) or self._log(count)))
        self._leaves_at = points[task] + quantum
        return (task, quantum)

    def _log(self, count: int) -> float:
        """Return the logarithm of the odds that a point goes on with the same task."""
        made = self._logs[count] = log(1.0 - self._switch * (count - 1) / count)
        return made
