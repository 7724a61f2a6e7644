"""Walk all schedules but those that only swap steps which do not matter to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smcheck.schedule import default_choice
from smcheck.schedulers.access import NOTHING, Access
from smcheck.schedulers.protocol import FOREVER, Choice


@dataclass(slots=True)
class _Node:
    """A decision on the way of the present execution.

    Attributes:
        runnable: Who could run.
        chosen: Who runs in this execution.
        done: Who ran here in executions before.
        asleep: Whose step here was walked elsewhere, in another order that makes no difference.
        due: What each task touches next.
    """

    runnable: tuple[int, ...]
    chosen: int
    asleep: set[int]
    due: dict[int, Access]
    done: set[int] = field(default_factory=set)

    def next_choice(self) -> int | None:
        """Return who was not tried here, ``None`` if nobody is left."""
        left = (n for n in self.runnable if n not in self.done and n not in self.asleep)
        return next(left, None)

    def asleep_behind(self) -> set[int]:
        """Return who sleeps on after the step that is made here."""
        made = self.due.get(self.chosen, NOTHING)
        before = (self.asleep | self.done) - {self.chosen}
        return {n for n in before if not made.conflicts(self.due.get(n, NOTHING))}


class ReducedScheduler:
    """Follow another class of schedules in each execution, depth first.

    Attributes:
        walked: Executions that went another way than all before them.
        redundant: Executions that turned out to be like an earlier one on the way.
        is_done: Every class was walked.
        differs: An execution did not come to what the one before it came to under the same
            choices; then something is not under control.

    Source: Godefroid, LNCS 1032 (1996), sleep sets.
    """

    def __init__(self) -> None:
        self.walked = self.redundant = 0
        self.is_done = self.differs = False
        self._nodes: list[_Node] = []

    def begin(self, tasks: int) -> None:
        """Start again from the beginning."""
        self._depth = 0
        self._is_redundant = False
        self._due: dict[int, Access] = {}

    def end(self, points: Sequence[int]) -> None:
        """Go back to the latest decision with somebody left to try."""
        self.redundant += self._is_redundant
        self.walked += not self._is_redundant
        self.differs |= self._depth < len(self._nodes)
        nodes = self._nodes
        while nodes:
            node = nodes[-1]
            node.done.add(node.chosen)
            following = node.next_choice()
            if following is not None:
                node.chosen = following
                return
            nodes.pop()
        self.is_done = True

    def note_access(self, task: int, access: Access) -> None:
        """Hear what ``task`` does next."""
        self._due[task] = access

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the task of the way that is being walked, running on behind its end."""
        task = default_choice(current, runnable)
        if self._is_redundant:
            return (task, FOREVER)
        if self._depth < len(self._nodes):
            node = self._nodes[self._depth]
            if node.runnable != runnable:
                self.differs = self._is_redundant = True
                return (task, FOREVER)
            node.due = dict(self._due)
            self._depth += 1
            return (node.chosen, 1)
        asleep = self._nodes[-1].asleep_behind() if self._nodes else set()
        awake = [n for n in runnable if n not in asleep]
        if not awake:
            self._is_redundant = True
            return (task, FOREVER)
        chosen = task if task in awake else awake[0]
        self._nodes.append(_Node(runnable, chosen, asleep, dict(self._due)))
        self._depth += 1
        return (chosen, 1)
