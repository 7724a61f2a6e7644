"""Make every interleaving about equally likely, also that of a short task with a long one."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.protocol import Choice


class UniformScheduler:
    """Pick a task with odds in proportion to what it has left to do.

    Of two tasks, an ordinary random walk ends the short one early: it has no chance against
    the end of the long one.

    Args:
        seed: Decides everything; each execution continues the same stream.
        lengths: What was learned already about the tasks; shared between schedulers.

    Source: Zhao, Lee, Yi, Zhang, Kim, Huang, ASPLOS 2025 ("Selectively Uniform Concurrency
        Testing"), the uniform random walk without its selection of events.
    """

    def __init__(self, seed: int, *, lengths: Lengths | None = None) -> None:
        self._random = Random(seed)
        self._lengths = lengths or Lengths()

    def begin(self, tasks: int) -> None:
        """Go on with the stream of the execution before."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return one runnable task for one point."""
        self._lengths.observe(points)
        left = [max(self._lengths.of(task) - points[task], 1) for task in runnable]
        at = self._random.random() * sum(left)
        for task, weight in zip(runnable, left, strict=True):
            at -= weight
            if at < 0:
                return Choice(task, 1)
        return Choice(runnable[-1], 1)
