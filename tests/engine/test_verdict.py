"""Why a check comes to no verdict, and what to do about it."""

from __future__ import annotations

from collections import Counter

from smcheck.engine.verdict import conclude
from smcheck.engine.world import World
from smcheck.finding import SubjectReport
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests.testing import machines


def reason(plans: int, *, seconds: float = 7.0, late: bool = False) -> str:
    with World(machines.counter) as world:
        world.try_out()
        report = SubjectReport("counter", "concurrent")
        report.stats.seconds = seconds
        families = Counter({"progress": plans})
        conclude(report, world, families, frozenset({"PRG-1"}), late=late)
    return next(text for text in report.reasons if text.startswith("progress"))


def test_family_with_too_few_plans_says_that_the_time_was_over() -> None:
    assert reason(1, late=True) == (
        "progress: exercised in 1 plan, 10 are the minimum; the time was over: try --time 60s"
    )
    assert reason(0, seconds=60.0, late=True) == (
        "progress: exercised in 0 plans, 10 are the minimum; the time was over: try a longer --time"
    )


def test_family_with_too_few_plans_says_nothing_of_time_that_was_left() -> None:
    assert reason(1) == "progress: exercised in 1 plan, 10 are the minimum"
    assert reason(0) == (
        "progress: exercised in 0 plans, 10 are the minimum; nothing that was drawn put it to the "
        "test"
    )


def test_check_whose_time_is_over_says_so_and_one_of_few_plans_does_not() -> None:
    late = check_subject(machines.counter, Options(seconds=0.01, seed=1))
    few = check_subject(machines.counter, Options(max_examples=2, seed=1))
    assert any("the time was over" in text for text in late.reasons)
    assert not any("the time was over" in text for text in few.reasons)
