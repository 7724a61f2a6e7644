"""Make the orders in which tasks come to one shared thing about equally likely.

In each execution it is another thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from smcheck.schedulers.access import NOTHING, Access
from smcheck.schedulers.protocol import Choice

_Thing = tuple[str, str]
"""Kind and name of an access: what is told alike in every execution."""


class SelectiveScheduler:
    """Pick uniformly among the interleavings of the accesses to one thing.

    Which task comes to it next is drawn with odds in proportion to how often each still will;
    the others may go on up to such an access of their own, and wait there.

    Args:
        seed: Decides everything; each execution continues the same stream.

    Source: Zhao, Lee, Yi, Zhang, Kim, Huang, ASPLOS 2025 ("Selectively Uniform Concurrency
        Testing"), with the accesses to one kind and name as the events of interest.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._seen: dict[_Thing, dict[int, int]] = {}
        self._writes: set[_Thing] = set()

    def begin(self, tasks: int) -> None:
        """Draw the thing of this execution among those that several tasks came to."""
        shared = [
            thing for thing, counts in self._seen.items()
            if len(counts) > 1 and thing in self._writes
        ]  # fmt: skip
        self._thing = self._random.choice(shared) if shared else None
        self._left = dict(self._seen[self._thing]) if self._thing else {}
        self._counts: dict[_Thing, dict[int, int]] = {}
        self._due: dict[int, _Thing] = {}
        self._intended: int | None = None

    def end(self, points: Sequence[int]) -> None:
        """Learn how often each task comes to each thing."""
        for thing, counts in self._counts.items():
            known = self._seen.setdefault(thing, {})
            for task, count in counts.items():
                known[task] = max(known.get(task, 0), count)

    def note_access(self, task: int, access: Access) -> None:
        """Take a step that has become due."""
        self._due.pop(task, None)
        if access.kind != NOTHING.kind:
            thing = self._due[task] = (access.kind, access.name)
            counts = self._counts.setdefault(thing, {})
            counts[task] = counts.get(task, 0) + 1
            if access.is_write:
                self._writes.add(thing)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return a task that does not come to the thing out of turn, for one step."""
        if self._intended not in runnable:
            self._intended = self._draw(runnable)
        due, thing = self._due, self._thing
        free = [n for n in runnable if n == self._intended or due.get(n) != thing or thing is None]
        task = free[int(self._random.random() * len(free))] if len(free) > 1 else free[0]
        if due.pop(task, None) == thing and thing is not None:
            self._left[task] = max(self._left.get(task, 1) - 1, 0)
            self._intended = None
        return (task, 1)

    def _draw(self, runnable: tuple[int, ...]) -> int:
        weights = [self._left.get(task, 0) for task in runnable]
        if not any(weights):
            weights = [1] * len(runnable)
        return self._random.choices(runnable, weights)[0]
