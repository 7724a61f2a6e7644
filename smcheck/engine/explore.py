"""Run one plan under many schedules and tell what they show."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from smcheck.engine.blame import Blame
from smcheck.engine.caught import Caught
from smcheck.engine.execute import execute, is_spoiled, updates_alone
from smcheck.engine.overlap import (
    SHARES,
    is_beside_recover,
    is_beside_writes,
    is_stale_at_rest,
    may_be_stale,
)
from smcheck.engine.reference import Reference
from smcheck.engine.world import World, seeded
from smcheck.finding import Breach, Severity
from smcheck.plan import LONG, SNAPSHOTS, UPDATES, Plan, Recover, Save
from smcheck.schedulers.drawn import Advance, DrawnScheduler
from smcheck.schedulers.portfolio import PortfolioScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.replay import ReplayScheduler

FEWEST = 4
"""Executions that every plan gets: the drawn one, one that saves late, and two of the portfolio."""

_ROUND, _CUT = 5, (1, 3)
"""Which executions cut the batches; the round of the portfolio has no common divisor with 5."""

_DISTURBED = frozenset({"SAV-1", "SAV-2", "SAV-3", "REC-1", "HSH-1", "HSH-2", "UPD-1", "UPD-2"})
_COMPARED = _DISTURBED | {"THR-1", "LKP-1", "LKP-5", "LKP-8", "RDC-1", "RDC-2", "RDC-3", "BAT-6"}
"""Clauses that a comparison with the reference names; of the first ones, not of an answer."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an exploration looks for.

    Attributes:
        known: Keys that are passed over.
        only: The one key that counts, ``None`` for any.
        crashes_only: Comparisons with the reference mean nothing here: count only calls
            that raise or wait for ever.
    """

    known: Collection[tuple[str, ...]]
    only: tuple[str, ...] | None = None
    crashes_only: bool = False

    def wants(self, breach: Breach) -> bool:
        """Return whether ``breach`` is looked for."""
        if self.only is not None:
            return breach.key == self.only
        if self.crashes_only and breach.clause not in ("PRG-1", "PRG-2", "CRA-1"):
            return False
        return breach.key not in self.known

    def knows(self, *names: str) -> bool:
        """Return whether a breach is passed over whose key begins with any of ``names``."""
        return any(key[0] in names for key in self.known)

    def knows_live_context(self) -> bool:
        """Return whether it is passed over that prepare hands out live state."""
        return any(key[0] == "SAV-1" and key[2] == "prepare_snapshot" for key in self.known)


def explore(
    world: World,
    plan: Plan,
    reference: Reference,
    *,
    target: Target,
    schedules: int,
    seed: int,
    drawn: Sequence[Advance] = (),
    until_s: float | None = None,
) -> Iterator[Caught]:
    """Yield what is found until the first violation.

    The first execution follows the drawn steps, the second has entries applied between prepare
    and save, the others follow a seeded portfolio, some of them with every batch cut into single
    entries: what a lookup mixes of several updates shows there. A plan with a single task is run
    once: there is nothing to decide. When the time is over, or ``until_s`` has come, no execution
    begins but the first few.
    """
    if not any(plan.tasks):
        return
    blame = Blame(world, reference, schedules, seed)
    if is_spoiled(world, plan, reference):
        for caught in execute(world, updates_alone(plan), reference, ReplayScheduler(())):
            caught = blame.of(caught)
            if target.wants(caught.breach) and not _follows(target, blame, caught):
                yield caught
        plan = plan.without(Recover)
    hazards: set[tuple[str, ...]] = set()
    for number, (shape, scheduler) in enumerate(_executions(plan, schedules, seed, drawn)):
        is_share_over = until_s is not None and time.monotonic() > until_s
        if number >= FEWEST and (is_share_over or world.is_late()):
            return
        for caught in execute(world, shape, reference, scheduler):
            caught = blame.of(caught)
            if not target.wants(caught.breach) or caught.breach.key in hazards:
                continue
            if _follows(target, blame, caught):
                continue
            yield caught
            if caught.breach.severity is Severity.VIOLATION:
                return
            hazards.add(caught.breach.key)


def _executions(
    plan: Plan, schedules: int, seed: int, drawn: Sequence[Advance]
) -> Iterator[tuple[Plan, Scheduler]]:
    """Yield what to run, the plan or the same with its batches cut, and by whom it is led."""
    portfolio = PortfolioScheduler(seed)
    cut = plan if plan.applied > LONG else plan.one_at_a_time()
    # Without drawn steps the portfolio begins by running on, which is the same.
    first: dict[int, Scheduler] = {0: DrawnScheduler(drawn)} if drawn else {}
    if plan.has(Save):
        first[1] = _late_save(cut, seed)
    single = sum(1 for ops in plan.tasks if ops) < 2
    for number in range(1 if single else schedules):
        shape = cut if number % _ROUND in _CUT else plan
        yield shape, first.get(number, portfolio)


def _follows(target: Target, blame: Blame, caught: Caught) -> bool:
    """Return whether what was caught may follow from what is known already.

    Half an entry in flight may look like an older state; lookups that write, and updates whose
    outcome hangs on their batch, make what is compared with the reference another. A call that
    is made of another thread than the machine knows may come to anything.
    """
    is_compared = caught.breach.clause in _COMPARED and not caught.breach.error
    if is_compared and target.only is None and not blame.is_steady(caught):
        return True  # it is told of the log, where nothing overlaps
    if target.knows("THR-1") and blame.goes_wrong_calm(caught):
        return True
    if is_stale_at_rest(caught.breach):
        return target.knows("LKP-1") and blame.needs_lookups(caught)
    clause = caught.breach.clause
    if target.knows_live_context() and SHARES in dict(caught.breach.evidence):
        return True  # it changed and changed back while nobody looked
    if target.knows("stale") and may_be_stale(caught.breach):
        return True
    if target.knows("REC-4") and is_beside_recover(caught.breach):
        return True  # a recover that goes step by step is seen half done by whoever looks
    if clause in ("RDC-1", "RDC-2") and target.knows("LKP-1", "torn"):
        if blame.needs_interruption(caught):
            return target.knows("torn") and is_beside_writes(caught.breach)
        return target.knows("LKP-1")
    if clause == "LKP-8" and target.knows("LKP-1") and not blame.needs_interruption(caught):
        return True
    if target.knows("cuts") and not caught.breach.error and blame.needs_batches(caught):
        return True
    return (
        clause in (*_DISTURBED, "CRA-1") and target.knows("LKP-1") and blame.needs_lookups(caught)
    )


def _late_save(plan: Plan, seed: int) -> DrawnScheduler:
    """Return the schedule that prepares somewhere in the log and saves at its end."""
    calls = len(plan.tasks[UPDATES])
    before = seeded(seed, "late save").randrange(max(1, calls))
    update, snapshot = Advance(UPDATES, 0), Advance(SNAPSHOTS, 0)
    return DrawnScheduler([*[update] * before, snapshot, *[update] * (calls - before), snapshot])
