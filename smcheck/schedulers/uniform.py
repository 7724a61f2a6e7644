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
        self._leaves_at = -1

    def begin(self, tasks: int) -> None:
        """Go on with the stream of the execution before."""
        self._leaves_at = -1

    def end(self, points: Sequence[int]) -> None:
        """Learn how long the tasks are."""
        self._lengths.observe(points)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return one task, and for how many points the draws after this one fall on it too."""
        left = {task: max(self._lengths.of(task) - points[task], 1) for task in runnable}
        others = dict(left)
        if current in left and len(left) > 1 and points[current] == self._leaves_at:
            del others[current]  # the draw that is due fell on another task
        task = self._draw(others)
        own, rest = left[task], sum(left.values()) - left[task]
        if not rest:
            self._leaves_at = -1
            return Choice(task)
        quantum, draw = 0, self._random.random
        while True:
            quantum, own = quantum + 1, max(own - 1, 1)
            if draw() * (own + rest) >= own:
                self._leaves_at = points[task] + quantum
                return Choice(task, quantum)

    def _draw(self, left: dict[int, int]) -> int:
        at = self._random.random() * sum(left.values())
        for task, weight in left.items():
            at -= weight
            if at < 0:
                return task
        return max(left)
