"""How many schedules a plan gets."""

from __future__ import annotations

import pytest

from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.plan import Command, Lookup, Plan, Update
from tests.testing import machines

PLAN = Plan(
    log=(Command(1, b"\1"), Command(2, b"\2")),
    queries=("total",),
    tasks=((Update(0, 2),), (), (), (Lookup(0),)),
)


@pytest.mark.parametrize(("until_s", "schedules"), [(None, 20), (1e12, 20), (0.0, 4)])
def test_plan_whose_time_is_over_gets_a_few_schedules(
    until_s: float | None, schedules: int
) -> None:
    with World(machines.counter) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = explore(
            world, PLAN, reference, target=Target(()), schedules=20, seed=1, until_s=until_s
        )
        assert list(found) == []
        assert world.tally.schedules == schedules
