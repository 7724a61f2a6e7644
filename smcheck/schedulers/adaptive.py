"""Move effort to what pays off: the ways of scheduling that still come to new schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smcheck.schedule import START, default_choice
from smcheck.schedulers.access import Access
from smcheck.schedulers.exhaustive import ExhaustiveScheduler
from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.pct import PctScheduler
from smcheck.schedulers.pos import PosScheduler
from smcheck.schedulers.protocol import Choice, Scheduler
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.schedulers.selective import SelectiveScheduler
from smcheck.schedulers.uniform import UniformScheduler

_DEEP = 30
"""Deviations that the walk of few deviations ends at; it never comes that far."""
_FORGETS = 0.1
_LEAST = 0.1


@dataclass(slots=True)
class _Member:
    """One way of scheduling.

    Attributes:
        pay: How many of its latest executions were new, between 0 and 1.
        credit: Executions that are due to it.
    """

    name: str
    scheduler: Scheduler
    pay: float = 1.0
    credit: float = 0.0


class AdaptiveScheduler:
    """Let several members schedule, the more often the more of what they come to is new.

    The first execution runs on without a deviation, which also shows how long the tasks are.

    Args:
        seed: Decides everything.

    Attributes:
        member: Name of the way in which the present execution is scheduled.
        is_proof: Every schedule was walked, but for swaps of steps that do not matter.
    """

    def __init__(self, seed: int) -> None:
        lengths = Lengths()
        self._lengths = lengths
        self._reduced = ReducedScheduler()
        self._members = [
            _Member("running on", ReplayScheduler(())),
            _Member("pct", PctScheduler(seed, depth=2, lengths=lengths)),
            _Member("uniform", UniformScheduler(seed + 1, lengths=lengths)),
            _Member("selective", SelectiveScheduler(seed + 7)),
            _Member("few deviations", ExhaustiveScheduler(_DEEP)),
            _Member("pos", PosScheduler(seed + 2)),
            _Member("every class", self._reduced),
            _Member("pct 3", PctScheduler(seed + 3, depth=3, lengths=lengths)),
            _Member("random walk", RandomWalkScheduler(seed + 4)),
            _Member("sticky walk", RandomWalkScheduler(seed + 5, switch=0.1)),
            _Member("pct 5", PctScheduler(seed + 6, depth=5, lengths=lengths)),
        ]
        self._seen: set[int] = set()
        self._present = self._members[0]

    @property
    def member(self) -> str:
        """Name of the way in which the present execution is scheduled."""
        return self._present.name

    @property
    def is_proof(self) -> bool:
        """Whether every class of schedules was walked."""
        return self._reduced.is_done and not self._reduced.differs

    def begin(self, tasks: int) -> None:
        """Hand the execution to the member to which most is due."""
        for member in self._members:
            member.credit += member.pay
        self._present = max(self._members, key=lambda member: member.credit)
        self._present.credit -= sum(member.pay for member in self._members)
        self._note = getattr(self._present.scheduler, "note_access", None)
        self._digest = 0
        self._present.scheduler.begin(tasks)

    def end(self, points: Sequence[int]) -> None:
        """See whether the schedule is new, and what the member is worth from now on."""
        present = self._present
        present.scheduler.end(points)
        self._lengths.observe(points)
        is_new = self._digest not in self._seen
        self._seen.add(self._digest)
        present.pay += _FORGETS * (is_new - present.pay)
        present.pay = max(present.pay, _LEAST)
        is_over = present is self._members[0] and present.name == "running on"
        if is_over or getattr(present.scheduler, "is_done", False):
            self._members.remove(present)

    def note_access(self, task: int, access: Access) -> None:
        """Tell the member, if it wants to know."""
        if self._note is not None:
            self._note(task, access)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the member's choice."""
        choice = self._present.scheduler.choose(current, runnable, points)
        if choice.task != default_choice(current, runnable):
            at = 0 if current == START else points[current]
            self._digest = hash((self._digest, current, at, choice.task))
        return choice
