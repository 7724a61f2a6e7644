"""Take turns: no one way of scheduling finds every bug, so interleave several."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.pct import PctScheduler
from smcheck.schedulers.protocol import Choice, Scheduler
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.schedulers.uniform import UniformScheduler


class PortfolioScheduler:
    """Let another member schedule each execution, in a fixed round.

    The first execution runs on without a deviation, which also shows how long the tasks are.
    Members learn from each other's executions.

    Args:
        seed: Decides everything.

    Attributes:
        member: Name of the way in which the present execution is scheduled.
    """

    def __init__(self, seed: int) -> None:
        lengths = Lengths()
        self._lengths = lengths
        self._member: Scheduler = ReplayScheduler(())
        self._round: tuple[tuple[str, Scheduler], ...] = (
            ("pct 2", PctScheduler(seed, depth=2, lengths=lengths)),
            ("uniform", UniformScheduler(seed + 1, lengths=lengths)),
            ("random walk", RandomWalkScheduler(seed + 2)),
            ("pct 3", PctScheduler(seed + 3, depth=3, lengths=lengths)),
            ("uniform", UniformScheduler(seed + 4, lengths=lengths)),
            ("sticky walk", RandomWalkScheduler(seed + 5, switch=0.1)),
        )
        self._executions = 0
        self.member = "running on"

    def begin(self, tasks: int) -> None:
        """Hand the execution to the next member."""
        if self._executions:
            at = (self._executions - 1) % len(self._round)
            self.member, self._member = self._round[at]
        self._executions += 1
        self._member.begin(tasks)

    def end(self, points: Sequence[int]) -> None:
        """Let all members learn how long the tasks are."""
        self._lengths.observe(points)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the member's choice."""
        return self._member.choose(current, runnable, points)
