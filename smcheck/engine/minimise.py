"""Make a caught case small: fewer operations, then fewer deviations.

What a smaller case shows must be the same breach by its key. Counts bound the work, so that the
same case gets equally small; the clock only ends it where a machine is very slow.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

from smcheck.engine.caught import Caught
from smcheck.engine.explore import FEWEST
from smcheck.engine.shorten import ENOUGH, shorten
from smcheck.engine.small_schedule import Tries, drop, follow, smaller
from smcheck.engine.suite import show_again
from smcheck.engine.world import World, seeded
from smcheck.plan import CLOSER, SNAPSHOTS, UPDATES, Plan
from smcheck.schedule import Deviation, Schedule

_TRIES_PER_CANDIDATE = 16
_FEW = 3
_GRACE_S = 1.0
_EARLIER = 60


def minimise(world: World, caught: Caught, *, limit_tries: int = 150) -> Caught:
    """Return the smallest case found within about ``limit_tries`` candidates."""
    budget = itertools.takewhile(
        lambda _: not world.is_late(grace_s=_GRACE_S), iter(range(limit_tries))
    )
    best = _fewer(world, shorten(world, caught), drop)
    best = _smaller_plan(world, best, budget)
    return _smaller_schedule(world, best)


def _smaller_plan(world: World, caught: Caught, budget: Iterator[int]) -> Caught:
    """Leave out operations, entries and queries as long as the breach stays.

    One pass tries every piece once, from the back, on the best plan so far; passes go on
    until one of them leaves out nothing.
    """
    best = caught
    before = None
    while before != best.plan:
        before = best.plan
        for number in range(_pieces(before)):
            smaller = _without_piece(best.plan, number)
            if smaller is None or smaller == best.plan:
                continue
            if next(budget, None) is None:
                return best
            candidate = replace(best, plan=smaller)
            tries = FEWEST if len(smaller.log) > ENOUGH else _TRIES_PER_CANDIDATE
            again = show_again(world, candidate, schedules=tries, seed=1)
            best = again or _earlier(world, candidate, than=best) or best
    return best


def _earlier(world: World, candidate: Caught, *, than: Caught) -> Caught | None:
    """Try the one deviation of a case at earlier points: an entry before it is gone."""
    entries = len(candidate.plan.log)
    if len(candidate.schedule) != 1 or entries == len(than.plan.log) or entries > ENOUGH:
        return None
    [deviation] = candidate.schedule
    points = range(deviation.point - 1, max(0, deviation.point - _EARLIER), -1)
    tries = (_with(world, candidate, (deviation._replace(point=point),)) for point in points)
    return next((again for again in tries if again is not None), None)


def _pieces(plan: Plan) -> int:
    """Return how many pieces ``_without_piece`` knows of."""
    return len(plan.tasks) + 2 + plan.operations + len(plan.log) + len(plan.queries)


def _without_piece(plan: Plan, number: int) -> Plan | None:
    """Return the plan without one piece: tasks first, then halves of the log, then the rest.

    Numbers are counted from the back, so that what is left keeps its own.
    """
    tasks = len(plan.tasks)
    if number < tasks:
        return _without_task(
            plan, (CLOSER, SNAPSHOTS, *range(tasks - 1, CLOSER, -1), UPDATES)[number]
        )
    number -= tasks
    if number < 2:
        middle = len(plan.log) // 2
        gone = range(middle, len(plan.log)) if number == 0 else range(middle)
        return plan.without_entries(gone) if len(plan.log) > 3 else None
    number -= 2
    calls = [(t, n) for t in range(tasks) for n in range(len(plan.tasks[t])) if t != UPDATES]
    if number < len(calls):
        return plan.without_call(*calls[-1 - number])
    number -= len(calls)
    if number < len(plan.log):
        return plan.without_entry(len(plan.log) - 1 - number)
    number -= len(plan.log)
    if number < len(plan.queries):
        return plan.without_query(len(plan.queries) - 1 - number)
    number -= len(plan.queries)
    updates = len(plan.tasks[UPDATES])
    return plan.without_call(UPDATES, updates - 1 - number) if number < updates else None


def _without_task(plan: Plan, task: int) -> Plan:
    if task == UPDATES:
        return plan
    for ordinal in reversed(range(len(plan.tasks[task]))):
        plan = plan.without_call(task, ordinal)
    return plan


def _smaller_schedule(world: World, caught: Caught) -> Caught:
    """Leave out deviations; where more than a few remain, search for a short schedule."""
    best = _fewer(world, caught, smaller)
    if len(best.schedule) > _FEW:
        best = _search_short(world, best)
    return best


def _fewer(world: World, caught: Caught, make: Callable[[Schedule], Tries]) -> Caught:
    """Return the case with the smaller schedule that ``make`` comes to."""
    shown = {caught.schedule: caught}

    def again(schedule: Schedule) -> Schedule | None:
        made = _with(world, caught, schedule)
        if made is None:
            return None
        shown[made.schedule] = made
        return made.schedule

    return shown[follow(make(caught.schedule), again)]


def _with(world: World, caught: Caught, schedule: Schedule) -> Caught | None:
    if world.is_late(grace_s=_GRACE_S):
        return None
    return show_again(world, replace(caught, schedule=schedule))


def _search_short(world: World, caught: Caught) -> Caught:
    """Try subsets of at most three deviations, near the moments that are known to matter."""
    points = list(caught.schedule)
    tries = itertools.chain(
        *(itertools.combinations(points, size) for size in range(1, _FEW + 1)),
    )
    for subset in itertools.islice(tries, 200):
        again = _with(world, caught, tuple(subset))
        if again is not None and len(again.schedule) <= _FEW:
            return again
    return _random_short(world, caught)


def _random_short(world: World, caught: Caught) -> Caught:
    rng = seeded("short", caught.schedule)
    tasks = [t for t, ops in enumerate(caught.plan.tasks) if ops]
    longest = max((d.point for d in caught.schedule), default=1) + 10
    best = caught
    for _ in range(300):
        wanted = tuple(
            Deviation(rng.choice(tasks), rng.randint(1, longest), rng.choice(tasks))
            for _ in range(_FEW)
        )
        again = _with(world, caught, wanted)
        if again is not None and len(again.schedule) < len(best.schedule):
            best = again
            if len(best.schedule) <= _FEW:
                return _fewer(world, best, drop)
    return best
