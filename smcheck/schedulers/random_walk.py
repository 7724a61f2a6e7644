"""Wander: at each point, or now and then, any runnable task is next."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from random import Random

from smcheck.schedulers.protocol import Choice


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
        self._log_stay = log(1 - switch) if switch < 1 else 0.0

    def begin(self, tasks: int) -> None:
        """Go on with the stream of the execution before."""

    def end(self, points: Sequence[int]) -> None:
        """Nothing is learned."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return any runnable task and a quantum of geometric length."""
        draw = self._random.random
        task = runnable[int(draw() * len(runnable))]
        if not self._log_stay:
            return Choice(task, 1)
        return Choice(task, 1 + int(log(1.0 - draw()) / self._log_stay))
