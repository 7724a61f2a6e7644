"""Make every interleaving about equally likely, also that of a short task with a long one."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.protocol import FOREVER, Choice


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
        if len(runnable) == 1:
            self._leaves_at = -1
            return (runnable[0], FOREVER)
        of, draw = self._lengths.of, self._random.random
        left = [max(of(task) - points[task], 1) for task in runnable]
        total = sum(left)
        # The draw that is due after a quantum fell on another task.
        leaves = current in runnable and points[current] == self._leaves_at
        skipped = runnable.index(current) if leaves else -1
        at = draw() * (total - left[skipped] if leaves else total)
        chosen = 0
        for number, weight in enumerate(left):
            if number != skipped:
                chosen = number
                at -= weight
                if at < 0:
                    break
        task, own = runnable[chosen], left[chosen]
        quantum, rest = 0, total - own
        while True:
            quantum, own = quantum + 1, own - 1 if own > 1 else 1
            if draw() * (own + rest) >= own:
                self._leaves_at = points[task] + quantum
                return (task, quantum)
