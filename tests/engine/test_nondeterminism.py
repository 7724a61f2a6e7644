"""What is told of a difference: circumstance and line also behind a threshold, in true words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smcheck.engine.caught import Caught
from smcheck.engine.nondeterminism import explain
from smcheck.engine.world import World
from smcheck.finding import Breach
from smcheck.plan import Command, Plan, Update
from tests.circumstances.specimens.thresholds import deciding
from tests.circumstances.test_bisect import TARGET


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(deciding) as made:
        made.seed, made.target = 1, TARGET
        made.try_out()
        made.start_workers()
        yield made


def explained(world: World, check: str, method: bytes, query: str, when: str) -> Breach:
    plan = Plan((Command(1, method),), (query,), ((Update(0, 1),), (), ()))
    breach = Breach("UPD-1", check, f"the state is another {when}", f"got this {when}")
    return explain(world, Caught(breach, plan))


def test_line_is_named_that_only_the_clocks_of_this_process_part_at(world: World) -> None:
    breach = explained(world, "surroundings", b"rule_of_2030", "all", "with another clock alone")
    assert breach.evidence[:2] == (("circumstance", "clock"), ("differs", "return value"))
    assert [place.function for place in breach.locations] == ["Deciding.rule_of_2030"]


def test_what_is_lived_again_under_another_clock_is_not_unchanged(world: World) -> None:
    breach = explained(world, "again", b"pure", "year", "with nothing changed")
    assert breach.title == "an answer of lookup is another when the same was lived again"
    assert breach.message.startswith(
        "got this when the same was lived again; clock alone is enough; first at "
    )
