"""Make a caught case small: fewer operations, then fewer deviations.

What a smaller case shows must be the same breach by its key. Counts bound the work, never
the clock, so that the same case always gets equally small.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from smcheck.engine.caught import Caught
from smcheck.engine.suite import show_again
from smcheck.engine.world import World, seeded
from smcheck.plan import Plan
from smcheck.schedule import Deviation, Schedule

_TRIES_PER_CANDIDATE = 12
_FEW = 3


def minimise(world: World, caught: Caught, *, limit_tries: int = 120) -> Caught:
    """Return the smallest case found within about ``limit_tries`` candidates."""
    budget = iter(range(limit_tries))
    best = _drop(world, caught)
    best = _smaller_plan(world, best, budget)
    return _smaller_schedule(world, best)


def _smaller_plan(world: World, caught: Caught, budget: Iterator[int]) -> Caught:
    """Leave out operations, entries and queries as long as the breach stays."""
    best = caught
    progress = True
    while progress:
        progress = False
        for candidate in _smaller(best.plan):
            if next(budget, None) is None:
                return best
            again = show_again(
                world, replace(best, plan=candidate), schedules=_TRIES_PER_CANDIDATE, seed=1
            )
            if again is not None:
                best, progress = again, True
                break
    return best


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Yield plans with something left out, the big pieces first."""
    for task in reversed(range(len(plan.tasks))):
        if len(plan.tasks[task]) > 1:
            emptied = plan
            for ordinal in reversed(range(len(plan.tasks[task]))):
                emptied = emptied.without_call(task, ordinal)
            yield emptied
    for half in _halves(len(plan.log)):
        smaller = plan
        for position in reversed(half):
            smaller = smaller.without_entry(position)
        yield smaller
    for task in reversed(range(len(plan.tasks))):
        for ordinal in reversed(range(len(plan.tasks[task]))):
            yield plan.without_call(task, ordinal)
    for position in reversed(range(len(plan.log))):
        yield plan.without_entry(position)
    for query in reversed(range(len(plan.queries))):
        yield plan.without_query(query)


def _halves(length: int) -> list[range]:
    if length < 4:
        return []
    return [range(length // 2, length), range(length // 2)]


def _smaller_schedule(world: World, caught: Caught) -> Caught:
    """Leave out deviations; where more than a few remain, search for a short schedule."""
    best = _drop(world, caught)
    if len(best.schedule) > _FEW:
        best = _search_short(world, best)
    return best


def _drop(world: World, caught: Caught) -> Caught:
    """Leave out runs of deviations, long ones first, until each one is needed."""
    best = caught
    size = len(best.schedule)
    while size:
        start = 0
        while start < len(best.schedule):
            fewer = best.schedule[:start] + best.schedule[start + size :]
            again = _with(world, best, fewer)
            if again is not None and len(again.schedule) < len(best.schedule):
                best = again
            else:
                start += size
        size //= 2
    return best


def _with(world: World, caught: Caught, schedule: Schedule) -> Caught | None:
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
                return _drop(world, best)
    return best
