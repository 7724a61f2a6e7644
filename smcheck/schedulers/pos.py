"""Give every step a random priority, and steps that race with the one just made new ones."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from smcheck.schedulers.access import NOTHING, Access
from smcheck.schedulers.protocol import FOREVER, Choice


class PosScheduler:
    """Sample partial orders: orders of steps that matter are about equally likely.

    The task whose next step has the highest priority makes it. A step that does not race with
    others does not move them, so effort is not spent on orders that make no difference.

    Args:
        seed: Decides everything; each execution continues the same stream.

    Source: Yuan, Yang, Gu, CAV 2018 ("Partial Order Aware Concurrency Sampling"), algorithm 1
        with priorities reassigned to racing events.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def begin(self, tasks: int) -> None:
        """Forget the priorities; go on with the stream of the execution before."""
        self._priorities: dict[int, float] = {}
        self._accesses: dict[int, Access] = {}

    def end(self, points: Sequence[int]) -> None:
        """Nothing is learned."""

    def note_access(self, task: int, access: Access) -> None:
        """Take a step that has become due; it gets a priority of its own."""
        self._accesses[task] = access
        self._priorities.pop(task, None)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the task whose step has the highest priority, for that step."""
        if len(runnable) == 1:
            return (runnable[0], FOREVER)
        priorities, draw = self._priorities, self._random.random
        for task in runnable:
            if task not in priorities:
                priorities[task] = draw()
        task = max(runnable, key=priorities.__getitem__)
        made = self._accesses.get(task, NOTHING)
        del priorities[task]
        for other in runnable:
            if other != task and made.conflicts(self._accesses.get(other, NOTHING)):
                priorities.pop(other, None)
        return (task, 1)
