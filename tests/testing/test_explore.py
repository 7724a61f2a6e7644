"""``smcheck.explore`` finds what is wrong with threaded objects, and proves small ones right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from typing import Any

import pytest

import smcheck
from smcheck import UsageError, Verdict
from smcheck.schedule import Deviation
from tests.testing import unproven
from tests.testing.programs import (
    Counter,
    Divider,
    Locked,
    Loose,
    Mail,
    Signals,
    ThereAndBack,
    Transfers,
)

CROSSED = [lambda it: it.move(0, 1), lambda it: it.move(1, 0)]
ORDERED = [lambda it: it.move_in_order(0, 1), lambda it: it.move_in_order(1, 0)]


def later(it: object) -> Iterator[object]:
    yield it


async def soon(it: object) -> object:
    return it


def nested(it: object) -> None:
    smcheck.explore(Counter, [Counter.increment] * 2)


@pytest.mark.parametrize("granularity", ["auto", "line", "opcode"])
def test_lost_update_needs_one_deviation(granularity: str) -> None:
    result = smcheck.explore(
        Counter, [Counter.increment] * 2, invariant=Counter.is_right, granularity=granularity
    )
    assert result.verdict is Verdict.VIOLATED
    assert len(result.schedule) == 1
    assert "the invariant does not hold" in result.explanation


@pytest.mark.parametrize("seed", range(10))
def test_three_exact_switches_are_found_within_500_executions(seed: int) -> None:
    result = smcheck.explore(
        ThereAndBack, [ThereAndBack.ask, ThereAndBack.answer],
        invariant=ThereAndBack.is_right, executions=500, seed=seed,
    )  # fmt: skip
    assert result.verdict is Verdict.VIOLATED
    assert len(result.schedule) == 3


def test_deadlock_tells_who_holds_what() -> None:
    result = smcheck.explore(Transfers, CROSSED)
    assert result.verdict is Verdict.VIOLATED
    assert "tasks wait for each other" in result.explanation
    assert re.search(r"worker 0 ──waits for──▶ Lock +at programs\.py:\d+", result.explanation)
    assert re.search(r"held by worker 1 +taken at programs\.py:\d+", result.explanation)


def test_lost_wakeup_is_a_failure() -> None:
    result = smcheck.explore(Signals, [Signals.wait, Signals.give])
    assert result.verdict is Verdict.VIOLATED
    assert "a task waits for a signal" in result.explanation
    assert "Condition.wait" in result.explanation
    assert smcheck.explore(Signals, [Signals.wait_right, Signals.give]).verdict is Verdict.HELD


def test_exception_of_a_worker_is_a_failure() -> None:
    result = smcheck.explore(Divider, [Divider.clear, Divider.divide])
    assert result.verdict is Verdict.VIOLATED
    assert "worker 1 raised ZeroDivisionError: division by zero" in result.explanation
    assert "return 10 / self.by" in result.explanation


def test_correct_program_is_held_as_far_as_was_tried() -> None:
    result = smcheck.explore(
        Locked, [Locked.increment] * 2, invariant=Locked.is_right, executions=50
    )
    result.assert_held()
    assert result.executions == 50
    assert 10 < result.covered.schedules <= 50
    assert "held: 50 executions" in result.explanation


@pytest.mark.parametrize(
    ("setup", "workers"), [(Locked, [Locked.increment] * 2), (Transfers, ORDERED)]
)
def test_small_program_is_proved(setup: type[Any], workers: list[Callable[[Any], object]]) -> None:
    result = smcheck.explore(setup, workers, invariant=setup.is_right, exhaustive=2)
    result.assert_held()
    assert result.covered.bound == 2
    assert result.executions == result.covered.schedules


@pytest.mark.parametrize(
    ("setup", "workers"), [(Locked, [Locked.increment] * 2), (Transfers, ORDERED)]
)
def test_small_program_is_proved_without_a_bound(
    setup: type[Any], workers: list[Callable[[Any], object]]
) -> None:
    result = smcheck.explore(setup, workers, exhaustive=inf)
    result.assert_held()
    assert result.covered.bound == inf
    assert result.executions < 1000
    assert "every order of the steps that matter" in result.explanation


def test_proof_does_not_hold_where_a_deviation_more_breaks_it() -> None:
    workers = [ThereAndBack.ask, ThereAndBack.answer]
    two, three = (
        smcheck.explore(ThereAndBack, workers, invariant=ThereAndBack.is_right, exhaustive=k)
        for k in (2, 3)
    )
    assert (two.verdict, two.covered.bound) == (Verdict.HELD, 2)
    assert (three.verdict, three.covered.bound) == (Verdict.VIOLATED, None)


def test_schedule_replays() -> None:
    workers = [Counter.increment] * 2
    found = smcheck.explore(Counter, workers, invariant=Counter.is_right)
    triples = [(d.task, d.point, d.to) for d in found.schedule]
    for schedule in (found.schedule, triples):
        again = smcheck.explore(Counter, workers, invariant=Counter.is_right, schedule=schedule)
        assert (again.verdict, again.executions) == (Verdict.VIOLATED, 1)
        assert again.schedule == found.schedule
    fixed = smcheck.explore(
        Locked, [Locked.increment] * 2, invariant=Locked.is_right, schedule=triples
    )
    assert fixed.verdict is Verdict.HELD


def test_same_seed_makes_the_same_executions() -> None:
    def explored(seed: int) -> smcheck.Exploration:
        return smcheck.explore(
            Transfers, ORDERED, invariant=Transfers.is_right, executions=100, seed=seed
        )

    assert explored(1) == explored(1)
    assert explored(1).covered != explored(2).covered


def test_time_is_virtual() -> None:
    result = smcheck.explore(
        Mail, [Mail.send, Mail.receive], invariant=Mail.is_right, executions=20
    )
    result.assert_held()


def test_without_stopping_all_executions_are_made() -> None:
    result = smcheck.explore(
        Counter, [Counter.increment] * 2, invariant=Counter.is_right,
        executions=40, stop_on_first=False,
    )  # fmt: skip
    assert result.verdict is Verdict.VIOLATED
    assert result.executions == 40
    assert re.search(r"\b\d+ of 40 executions failed", result.explanation)


def test_program_out_of_control_is_inconclusive() -> None:
    result = smcheck.explore(Loose, [Loose.work] * 2, executions=20)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "not under control: after" in result.explanation
    with pytest.raises(AssertionError, match="inconclusive"):
        result.assert_held()


def test_time_that_is_over_is_inconclusive() -> None:
    result = smcheck.explore(Locked, [Locked.increment] * 2, seconds=0, executions=10)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "time was over" in result.explanation


def test_failure_in_the_invariant_is_one() -> None:
    def invariant(it: Counter) -> bool:
        raise LookupError("no such thing")

    result = smcheck.explore(Counter, [Counter.increment], invariant=invariant)
    assert result.verdict is Verdict.VIOLATED
    assert "the invariant raised LookupError: no such thing" in result.explanation


def unable() -> Counter:
    raise OSError("no disk")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"setup": 3}, "expected setup to be callable, got 3"),
        ({"setup": unable}, "expected setup to return an object, it raised OSError: no disk"),
        ({"workers": []}, "expected one worker or more, got none"),
        ({"workers": [None]}, r"expected workers\[0\] to be callable, got None"),
        ({"invariant": True}, "expected invariant to be callable, got True"),
        ({"granularity": "fine"}, "expected granularity to be one of auto, line, opcode, call"),
        ({"executions": 0}, "expected executions to be 1 or more, got 0"),
        ({"executions": 1.5}, "expected executions to be 1 or more, got 1.5"),
        ({"executions": True}, "expected executions to be 1 or more, got True"),
        ({"executions": "5"}, "expected executions to be 1 or more, got '5'"),
        ({"seconds": "1"}, "expected seconds to be 0 or more, got '1'"),
        ({"exhaustive": True}, "expected exhaustive to be a number of deviations .* got True"),
        ({"exhaustive": 1, "schedule": []}, "expected schedule or exhaustive, got both"),
        ({"workers": [later]}, r"expected workers\[0\] to be a function that runs"),
        ({"workers": [partial(later)]}, r"expected workers\[0\] to be a function that runs"),
        ({"workers": [soon]}, r"expected workers\[0\] to be a function that runs"),
        ({"workers": [nested]}, "expected to be called from outside"),
        ({"setup": lambda: nested(Counter())}, "expected to be called from outside"),
        (
            {"exhaustive": -1},
            "expected exhaustive to be a number of deviations or math.inf, got -1",
        ),
        ({"schedule": [1]}, r"expected schedule to be deviations or triples .* got \[1\]"),
    ],
)
def test_wrong_argument_is_refused(arguments: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"setup": Counter, "workers": [Counter.increment], **arguments}
    with pytest.raises(UsageError, match=message):
        smcheck.explore(given.pop("setup"), given.pop("workers"), **given)


def test_invariant_that_returns_nothing_is_told_so() -> None:
    def asserts(it: Counter) -> None:
        assert it.value >= 0

    found = smcheck.explore(Counter, [Counter.increment], invariant=asserts)
    assert "it returned None, return the condition" in found.explanation


def test_deviation_can_be_given_as_it_is() -> None:
    result = smcheck.explore(
        Counter, [Counter.increment] * 2, invariant=Counter.is_right,
        schedule=[Deviation(0, 2, 1)],
    )  # fmt: skip
    assert result.verdict is Verdict.VIOLATED


def test_nothing_to_switch_in_is_refused() -> None:
    with pytest.raises(UsageError, match="got none in any module: name the modules in trace="):
        smcheck.explore(list, [list.clear, list.copy])


@pytest.mark.parametrize("exhaustive", [None, 3, inf])
@pytest.mark.parametrize(("setup", "workers"), unproven.RACES)
def test_a_method_that_is_stored_somewhere_is_looked_up_at_a_point(
    setup: type[Any], workers: list[Callable[[Any], object]], exhaustive: float | None
) -> None:
    result = smcheck.explore(setup, workers, exhaustive=exhaustive)
    assert result.verdict is Verdict.VIOLATED


@pytest.mark.parametrize("exhaustive", [3, inf])
@pytest.mark.parametrize(("setup", "workers"), unproven.UNSEEN)
def test_nothing_is_proved_of_what_cannot_be_switched_in(
    setup: type[Any], workers: list[Callable[[Any], object]], exhaustive: float
) -> None:
    result = smcheck.explore(setup, workers, invariant=setup.is_right, exhaustive=exhaustive)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "no proof: " in result.explanation
    assert smcheck.explore(setup, workers, invariant=setup.is_right).covered.bound is None


def test_what_pytest_raises_in_an_invariant_is_raised() -> None:
    def fails(it: Counter) -> None:
        pytest.fail("so it is")

    with pytest.raises(pytest.fail.Exception, match="so it is"):
        smcheck.explore(Counter, [Counter.increment], invariant=fails)


def test_a_schedule_that_is_not_come_to_is_inconclusive() -> None:
    result = smcheck.explore(Counter, [Counter.increment] * 2, schedule=[(9, 9, 9)])
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "names moments that the program did not come to" in result.explanation
