"""Run by priority, and change a few priorities at points drawn beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from random import Random

from smcheck.schedule import START
from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.protocol import FOREVER, Choice

GOLDEN = 0.6180339887498949
"""Step of the first change from one execution to the next: uniform in each, even over many."""

FIRST_GUESS = 64
"""Length of an execution before one was seen."""


class PctScheduler:
    """Find bugs of small depth with known odds.

    A bug of depth d among n tasks and k points is found by one execution with a chance of at
    least 1 / (n * k ** (d - 1)).

    Args:
        seed: Decides everything; each execution continues the same stream.
        depth: Ordering constraints the bug needs; 1 or more.
        deepest: With it the depth rises from ``depth`` to this one from execution to execution,
            and begins again.
        steps: Upper bound on the points of one execution; 0 learns it from the executions
            before.
        lengths: What was learned already; shared between schedulers.

    Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010; their d and k are our
        depth and steps.
    """

    def __init__(
        self, seed: int, *, depth: int = 2, deepest: int = 0, steps: int = 0,
        lengths: Lengths | None = None,
    ) -> None:  # fmt: skip
        if depth < 1:
            raise ValueError(
                f"PctScheduler: expected a depth of 1 or more, got {depth!r}: "
                "pass the number of ordering constraints"
            )
        self._random = Random(seed)
        self._depths = cycle(range(depth, max(depth, deepest) + 1))
        self._steps = steps
        self._lengths = lengths or Lengths()
        self._priorities: list[float] = []
        self._changes: list[int] = []
        self._spread = self._random.random()

    def begin(self, tasks: int) -> None:
        """Draw priorities and the points at which they change."""
        self._depth = next(self._depths)
        # Initial priorities are 1 and more; a change gives one below, later changes lower ones.
        order = list(range(1, tasks + 1))
        self._random.shuffle(order)
        self._priorities = [float(p) for p in order]
        steps = self._steps or self._lengths.total or FIRST_GUESS
        self._spread = (self._spread + GOLDEN) % 1.0
        draws = [self._spread, *(self._random.random() for _ in range(self._depth - 2))]
        self._changes = sorted((1 + int(u * steps) for u in draws), reverse=True)
        del self._changes[self._depth - 1 :]

    def end(self, points: Sequence[int]) -> None:
        """Learn how long the tasks are."""
        self._lengths.observe(points)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the runnable task of highest priority, until the next change."""
        if not self._changes and len(runnable) == 1:
            return (runnable[0], FOREVER)
        passed = sum(points)
        while self._changes and self._changes[-1] <= passed:
            self._changes.pop()
            if current != START:
                self._grow(current)
                self._priorities[current] = -float(self._depth - len(self._changes))
        self._grow(runnable[-1])
        task = max(runnable, key=self._priorities.__getitem__)
        return (task, self._changes[-1] - passed if self._changes else FOREVER)

    def _grow(self, task: int) -> None:
        """Give tasks that were started meanwhile a random priority among the initial ones."""
        while len(self._priorities) <= task:
            self._priorities.append(1 + self._random.random() * (len(self._priorities) + 1))
