"""Move effort to what pays off: the ways of scheduling that still come to new schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from smcheck.schedulers.selective import SelectiveScheduler
from smcheck.schedulers.uniform import UniformScheduler

_DEEP = 30
"""Deviations that the walk of few deviations ends at; it never comes that far."""
_FEW, _UNIFORM, _SELECTIVE = "few deviations", "uniform", "selective"
_POS, _LOOSE = "pos", "loose walk"
_OPENING = (
    _FEW, _UNIFORM, _UNIFORM, _FEW, _SELECTIVE, *(_FEW,) * 3, *(_SELECTIVE, _SELECTIVE, _POS) * 4,
    *(_POS, _SELECTIVE, _POS, _POS, _LOOSE, _POS, _SELECTIVE, _FEW) * 5,
)  # fmt: skip
"""Who schedules the first executions: what finds most small bugs soonest.

The very first one runs on without a deviation, which also shows how long the tasks are.
"""
_FORGETS = 0.1
_COST_OF_ACCESS, _COST_OF_EXECUTION = 3, 5
"""In decisions of one that is only asked."""
_LEAST_PAY = 0.05


@dataclass(slots=True)
class _Member:
    """One way of scheduling.

    Attributes:
        pay: How many of its latest executions were new, between 0 and 1.
        cost: Work of one of them: how often it is asked, more if it is told of accesses too.
        credit: Work that is due to it.
    """

    name: str
    scheduler: Scheduler
    pay: float = 1.0
    cost: float = _COST_OF_EXECUTION
    credit: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether it has walked all there is."""
        return bool(getattr(self.scheduler, "is_done", False))


class AdaptiveScheduler:
    """Let several members schedule, the more often the more of what they come to is new.

    What each is given is work, not executions: a scheduler that decides at every point gets
    fewer of them than one that decides now and then.

    The first execution runs on without a deviation: a trial.

    Args:
        seed: Decides everything.

    Attributes:
        member: Name of the way in which the present execution is scheduled.
        is_proof: Every schedule was walked, but for swaps of steps that do not matter.
    """

    def __init__(self, seed: int) -> None:
        self._lengths = lengths = Lengths()
        self._reduced = ReducedScheduler()
        self._selective = SelectiveScheduler(seed)
        self._members = {
            name: _Member(name, scheduler)
            for name, scheduler in (
                (_FEW, ExhaustiveScheduler(_DEEP, spares_starts=True)),
                (_UNIFORM, UniformScheduler(seed, lengths=lengths)),
                (_SELECTIVE, self._selective),
                (_LOOSE, RandomWalkScheduler(seed, switch=0.4)),
                ("random walk", RandomWalkScheduler(seed + 1)),
                ("pct", PctScheduler(seed, depth=2, deepest=5, lengths=lengths)),
                (_POS, PosScheduler(seed)),
                ("every class", self._reduced),
            )
        }
        self._opening: Iterator[str] = iter(_OPENING)
        self._seen: set[int] = set()
        self._present = self._members[_FEW]

    @property
    def member(self) -> str:
        """Name of the way in which the present execution is scheduled."""
        return self._present.name

    @property
    def is_proof(self) -> bool:
        """Whether every class of schedules was walked."""
        return self._reduced.is_done and not self._reduced.differs

    def learn(self, points: Sequence[int]) -> None:
        """Hear how many points each task passed in an execution that was scheduled elsewhere."""
        self._lengths.observe(points)

    def begin(self, tasks: int) -> None:
        """Hand the execution to a member."""
        self._is_trial = not self._seen
        self._present = self._opens() or self._due()
        self._digest = self._work = 0
        self._present.scheduler.begin(tasks)
        told = self._selective if self._is_trial else self._present.scheduler
        self._note: Callable[[int, Access], None] | None = getattr(told, "note_access", None)
        self._effect: Callable[[Access], None] | None = getattr(told, "note_effect", None)
        if self._is_trial:
            self._selective.begin(tasks)

    def _opens(self) -> _Member | None:
        for name in self._opening:
            if name in self._members:
                return self._members[name]
        return None

    def _due(self) -> _Member:
        """Return the member that work is due to, for the longest in its own executions."""
        members = self._members.values()
        while True:
            due = max(members, key=lambda member: member.credit / member.cost)
            if due.credit >= due.cost:
                due.credit -= due.cost
                return due
            short = min((m.cost - m.credit) / m.pay for m in members)
            for member in members:
                member.credit += short * member.pay

    def end(self, points: Sequence[int]) -> None:
        """See whether the schedule is new, and what the member is worth from now on."""
        present = self._present
        present.scheduler.end(points)
        self._lengths.observe(points)
        if self._is_trial:
            self._selective.end(points)
        is_new = self._digest not in self._seen
        self._seen.add(self._digest)
        present.pay = max(present.pay + _FORGETS * (is_new - present.pay), _LEAST_PAY)
        work = self._work * (_COST_OF_ACCESS if self._note else 1) + _COST_OF_EXECUTION
        present.cost += _FORGETS * (work - present.cost)
        if present.is_done:
            del self._members[present.name]

    @property
    def note_access(self) -> Callable[[int, Access], None] | None:
        """How the member of the present execution hears of accesses, if it wants to."""
        return self._note

    @property
    def note_effect(self) -> Callable[[Access], None] | None:
        """How that member hears of what is done between two points, if it wants to."""
        return self._effect

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the member's choice."""
        self._work += 1
        choice = self._present.scheduler.choose(current, runnable, points)
        if choice[0] != default_choice(current, runnable):
            at = 0 if current == START else points[current]
            self._digest = hash((self._digest, current, at, choice[0]))
        return choice
