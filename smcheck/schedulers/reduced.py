"""Walk all schedules but those that only swap steps which do not matter to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smcheck.schedule import default_choice
from smcheck.schedulers.access import READS, Access
from smcheck.schedulers.footprint import Footprint
from smcheck.schedulers.protocol import FOREVER, Choice

_BEFORE_POINTS = Access("none", is_write=False, behind=READS)
"""What a task does up to its first point."""


@dataclass(slots=True)
class _Node:
    """A decision on the way of the present execution.

    Attributes:
        runnable: Who could run.
        chosen: Who runs in this execution.
        asleep: Whose step here was walked elsewhere, in another order that makes no difference;
            with what it touched.
        made: What the steps touched that were made here, by task.
        done: Who ran here in executions before.
    """

    runnable: tuple[int, ...]
    chosen: int
    asleep: dict[int, Footprint]
    made: dict[int, Footprint] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)

    def next_choice(self) -> int | None:
        """Return who was not tried here, ``None`` if nobody is left."""
        left = (n for n in self.runnable if n not in self.done and n not in self.asleep)
        return next(left, None)

    def asleep_behind(self) -> dict[int, Footprint]:
        """Return who sleeps on after the step that was made here."""
        step = self.made[self.chosen]
        before = self.asleep | {n: self.made[n] for n in self.done if n != self.chosen}
        return {n: other for n, other in before.items() if step.commutes(other)}


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
        self._owners: dict[int, int] = {0: 0}
        self._effects: list[Access] = []
        self._running: tuple[_Node, Access] | None = None

    def end(self, points: Sequence[int]) -> None:
        """Go back to the latest decision with somebody left to try."""
        self._note_step()
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
        # Each execution has objects of its own: they are told apart by who came first.
        owner = self._owners.setdefault(access.owner, len(self._owners))
        self._due[task] = access._replace(owner=owner)

    def note_effect(self, access: Access) -> None:
        """Hear what the running task did on its way to the next point."""
        self._effects.append(access._replace(owner=self._owners.get(access.owner, 0)))

    def _note_step(self) -> None:
        """Keep what the step touched that was made last."""
        if self._running is not None:
            node, due = self._running
            node.made[node.chosen] = Footprint.of(due, self._effects)
            self._running = None

    def _make(self, node: _Node) -> Choice:
        self._depth += 1
        self._effects.clear()
        self._running = (node, self._due.get(node.chosen, _BEFORE_POINTS))
        return (node.chosen, 1)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the task of the way that is being walked, running on behind its end."""
        self._note_step()
        task = default_choice(current, runnable)
        if self._is_redundant:
            return (task, FOREVER)
        if self._depth < len(self._nodes):
            node = self._nodes[self._depth]
            if node.runnable != runnable:
                self.differs = self._is_redundant = True
                return (task, FOREVER)
            return self._make(node)
        asleep = self._nodes[-1].asleep_behind() if self._nodes else {}
        awake = [n for n in runnable if n not in asleep]
        if not awake:
            self._is_redundant = True
            return (task, FOREVER)
        chosen = task if task in awake else awake[0]
        self._nodes.append(_Node(runnable, chosen, asleep))
        return self._make(self._nodes[-1])
