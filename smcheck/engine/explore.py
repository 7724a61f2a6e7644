"""Run one plan under many schedules and judge each execution."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from smcheck.engine.caught import Caught
from smcheck.engine.overlap import Case, as_written, is_disturbance, is_stale_at_rest, judge
from smcheck.engine.reference import Reference
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.world import NotControlled, StuckLife, World, seeded
from smcheck.finding import Breach, Severity
from smcheck.host.conduct import Run
from smcheck.plan import SNAPSHOTS, UPDATES, Hash, Lookup, Plan, Prepare, Recover, Save
from smcheck.schedule import Schedule
from smcheck.schedulers.drawn import Advance, DrawnScheduler
from smcheck.schedulers.portfolio import PortfolioScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.replay import ReplayScheduler

FEWEST = 4
"""Executions that every plan gets: the drawn one, one that saves late, and two of the portfolio."""

_ROUND, _CUT = 5, (1, 3)
"""Which executions cut the batches; the round of the portfolio has no common divisor with 5."""


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

    def knows(self, clause: str) -> bool:
        """Return whether a breach of ``clause`` is passed over."""
        return any(key[0] == clause for key in self.known)


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
    if _is_spoiled(world, plan, reference):
        for caught in execute(world, _updates_alone(plan), reference, ReplayScheduler(())):
            caught = _blamed(world, reference, caught, schedules, seed)
            if target.wants(caught.breach):
                yield caught
        plan = plan.without(Recover)
    single = sum(1 for ops in plan.tasks if ops) < 2
    portfolio = PortfolioScheduler(seed)
    cut = plan.one_at_a_time()
    first = {0: DrawnScheduler(drawn), 1: _late_save(cut, seed)}
    hazards: set[tuple[str, ...]] = set()
    for number in range(1 if single else schedules):
        is_share_over = until_s is not None and time.monotonic() > until_s
        if number >= FEWEST and (is_share_over or world.is_late()):
            return
        scheduler: Scheduler = first.get(number, portfolio)
        shape = cut if number % _ROUND in _CUT else plan
        for caught in execute(world, shape, reference, scheduler):
            caught = _blamed(world, reference, caught, schedules, seed)
            if not target.wants(caught.breach) or caught.breach.key in hazards:
                continue
            if target.knows("LKP-1") and _needs_lookups(world, reference, caught, schedules, seed):
                continue
            yield caught
            if caught.breach.severity is Severity.VIOLATION:
                return
            hazards.add(caught.breach.key)


def _late_save(plan: Plan, seed: int) -> DrawnScheduler:
    """Return the schedule that prepares somewhere in the log and saves at its end."""
    calls = len(plan.tasks[UPDATES])
    before = seeded(seed, "late save").randrange(calls + 1)
    update, snapshot = Advance(UPDATES, 0), Advance(SNAPSHOTS, 0)
    return DrawnScheduler([*[update] * before, snapshot, *[update] * (calls - before), snapshot])


def _blamed(
    world: World, reference: Reference, caught: Caught, schedules: int, seed: int
) -> Caught:
    """Find out which of several calls is to blame where the outcome alone does not say."""
    if caught.breach.clause == "CRA-1":
        calm = execute(world, caught.plan, reference, ReplayScheduler(()))
        by_thread = (c for c in calm if c.breach.clause == "THR-1")
        return next((c for c in by_thread if c.breach.error == caught.breach.error), caught)
    if is_stale_at_rest(caught.breach):
        return _written_by_lookup(world, reference, caught, schedules, seed)
    if is_disturbance(caught.breach):
        return _disturbed_with_less(world, reference, caught, schedules, seed)
    return caught


def _disturbed_with_less(
    world: World, reference: Reference, caught: Caught, schedules: int, seed: int
) -> Caught:
    """Blame a hash or a save where the same happens with nothing else (CONTRACT A5).

    The thread that updates comes first: what happens with no other call at all, nobody disturbs.
    """
    bare = _updates_alone(caught.plan.without(Recover))
    for other in execute(world, bare, reference, ReplayScheduler(())):
        if other.breach.clause == "THR-1":
            return other
    suspects = (
        ((Hash,), (Lookup, Save, Prepare)),
        ((Save, Prepare), (Lookup, Hash)),
    )
    for needed, others in suspects:
        less = caught.plan.without(*others)
        if not less.has(*needed):
            continue
        portfolio = PortfolioScheduler(seed)
        for _ in range(schedules if sum(map(bool, less.tasks)) > 1 else 1):
            for other in execute(world, less, reference, portfolio):
                if is_disturbance(other.breach):
                    return other
    return caught


def _written_by_lookup(
    world: World, reference: Reference, caught: Caught, schedules: int, seed: int
) -> Caught:
    """Blame a lookup that writes where the same happens though no call is interrupted."""
    rng = seeded(seed, "whole calls")
    plan = caught.plan.one_at_a_time()
    turns = [Advance(task, 0) for task, ops in enumerate(plan.tasks) for _ in ops]
    for _ in range(schedules):
        rng.shuffle(turns)
        for other in execute(world, plan, reference, DrawnScheduler(turns)):
            if is_stale_at_rest(other.breach):
                return replace(other, breach=as_written(other.breach))
            if other.breach.clause == "LKP-1":
                return other
    return caught


def _needs_lookups(
    world: World, reference: Reference, caught: Caught, schedules: int, seed: int
) -> bool:
    """Return whether what is wrong with other calls shows only where lookups run.

    Lookups that are known to write explain it then.
    """
    if caught.breach.method == "lookup" or not caught.plan.has(Lookup):
        return False
    less, portfolio = caught.plan.without(Lookup), PortfolioScheduler(seed)
    found = (execute(world, less, reference, portfolio) for _ in range(schedules))
    return not any(other.breach.key == caught.breach.key for some in found for other in some)


def replay_schedule(
    world: World, plan: Plan, reference: Reference, schedule: Schedule
) -> list[Caught]:
    """Return what one given schedule shows."""
    return execute(world, plan, reference, ReplayScheduler(schedule))


def execute(world: World, plan: Plan, reference: Reference, scheduler: Scheduler) -> list[Caught]:
    """Run ``plan`` once and judge it."""
    run = conduct(world, plan, scheduler)
    if run is None or run.execution is None:
        return []
    schedule = run.execution.schedule
    found = judge(Case(world, plan, reference, run))
    if found and _is_spoiled(world, plan, reference):
        return []
    return [Caught(breach, plan, schedule) for breach in found]


def _is_spoiled(world: World, plan: Plan, reference: Reference) -> bool:
    """Return whether the updates with their recovers fail already when nothing else runs.

    Then whatever else the plan shows may be a consequence, and the calls beside are not to
    blame for it. A plan of nothing else is never spoiled: it shows the cause.
    """
    bare = _updates_alone(plan)
    if bare == plan or not plan.has(Recover):
        return False
    calls = plan.tasks[UPDATES]
    if calls not in reference.spoiled:
        run = conduct(world, bare, ReplayScheduler(()))
        found = run is not None and bool(judge(Case(world, bare, reference, run)))
        reference.spoiled[calls] = found
    return reference.spoiled[calls]


def _updates_alone(plan: Plan) -> Plan:
    return replace(plan, tasks=(plan.tasks[UPDATES], (), ()))


def conduct(world: World, plan: Plan, scheduler: Scheduler, *, record: bool = False) -> Run | None:
    """Run ``plan`` once; ``None`` when it was out of control, which is counted as a doubt."""
    try:
        return world.conduct(plan, scheduler, record=record)
    except NotControlled as error:
        world.tally.doubts[str(error)] += 1
    except StuckLife as error:
        world.tally.doubts[stuck_breach(error.stuck, "schedules").message] += 1
    return None
