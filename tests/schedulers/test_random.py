"""Each way of scheduling finds the bug it is made for, within a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from smcheck.schedulers.adaptive import AdaptiveScheduler
from smcheck.schedulers.pct import PctScheduler
from smcheck.schedulers.portfolio import PortfolioScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.uniform import UniformScheduler

Walk = Callable[..., str]

MAKERS: list[Callable[[int], Scheduler]] = [
    RandomWalkScheduler,
    PctScheduler,
    UniformScheduler,
    PortfolioScheduler,
    AdaptiveScheduler,
]


def first(
    walk: Walk, scheduler: Scheduler, lengths: list[int], is_bug: Callable[[str], bool], limit: int
) -> int | None:
    return next((n for n in range(limit) if is_bug(walk(scheduler, lengths))), None)


@pytest.mark.parametrize("make", MAKERS)
def test_same_seed_makes_the_same_choices(walk: Walk, make: Callable[[int], Scheduler]) -> None:
    one, two = make(5), make(5)
    assert [walk(one, [9, 9]) for _ in range(9)] == [walk(two, [9, 9]) for _ in range(9)]


@pytest.mark.parametrize("make", MAKERS)
def test_other_seed_makes_other_choices(walk: Walk, make: Callable[[int], Scheduler]) -> None:
    one, two = make(5), make(6)
    assert [walk(one, [9, 9]) for _ in range(9)] != [walk(two, [9, 9]) for _ in range(9)]


@pytest.mark.parametrize("make", MAKERS)
def test_lost_update_is_found_within_20_executions(
    walk: Walk, make: Callable[[int], Scheduler]
) -> None:
    lost = ("0101", "0110", "1010", "1001")
    assert first(walk, make(1), [2, 2], lambda order: order in lost, 20) is not None


def middle_of_long_writer(order: str) -> bool:
    """The one step of task 1 comes between the 30th and the 32nd of task 0."""
    return order.index("1") in (30, 31)


def test_pct_finds_a_short_reader_in_a_long_writer_within_150_executions(walk: Walk) -> None:
    assert first(walk, PctScheduler(1), [60, 1], middle_of_long_writer, 150) is not None


def test_random_walk_misses_it_in_1000_executions(walk: Walk) -> None:
    assert first(walk, RandomWalkScheduler(1), [60, 1], middle_of_long_writer, 1000) is None


def test_uniform_finds_it_within_150_executions(walk: Walk) -> None:
    assert first(walk, UniformScheduler(1), [60, 1], middle_of_long_writer, 150) is not None


def test_portfolio_finds_it_within_150_executions(walk: Walk) -> None:
    assert first(walk, PortfolioScheduler(1), [60, 1], middle_of_long_writer, 150) is not None


def three_exact_switches(order: str) -> bool:
    return order.startswith("0001001")


def test_pct_of_depth_2_is_blind_to_three_switches(walk: Walk) -> None:
    assert first(walk, PctScheduler(1), [8, 4], three_exact_switches, 1000) is None


@pytest.mark.parametrize("make", [PortfolioScheduler, AdaptiveScheduler])
@pytest.mark.parametrize("seed", range(5))
def test_portfolio_finds_three_switches_within_700_executions(
    walk: Walk, make: Callable[[int], Scheduler], seed: int
) -> None:
    assert first(walk, make(seed), [8, 4], three_exact_switches, 700) is not None


def test_uniform_makes_every_interleaving_about_equally_likely(walk: Walk) -> None:
    scheduler = UniformScheduler(1)
    walk(scheduler, [6, 1])
    orders = [walk(scheduler, [6, 1]) for _ in range(700)]
    counts = [orders.count("0" * n + "1" + "0" * (6 - n)) for n in range(7)]
    assert sum(counts) == 700
    assert min(counts) > 60


def test_pct_takes_in_tasks_that_were_started_later() -> None:
    scheduler = PctScheduler(2)
    scheduler.begin(1)
    assert scheduler.choose(0, (0, 3), [1, 0, 0, 0])[0] in (0, 3)


def test_random_walk_refuses_odds_of_nothing() -> None:
    with pytest.raises(ValueError, match="expected 0 < switch <= 1, got 0"):
        RandomWalkScheduler(1, switch=0)


def test_pct_refuses_no_depth() -> None:
    with pytest.raises(ValueError, match="expected a depth of 1 or more, got 0"):
        PctScheduler(1, depth=0)


@pytest.mark.parametrize("make", [PortfolioScheduler, AdaptiveScheduler])
def test_a_portfolio_runs_on_at_first(walk: Walk, make: Callable[[int], Scheduler]) -> None:
    assert walk(make(3), [4, 4]) == "00001111"


def test_pct_rises_in_depth_and_begins_again(walk: Walk) -> None:
    scheduler = PctScheduler(1, depth=1, deepest=4, steps=30)
    switches = []
    for _ in range(400):
        order = walk(scheduler, [15, 15])
        switches.append(sum(a != b for a, b in pairwise(order)))
    assert [max(switches[depth::4]) for depth in range(4)] == [1, 2, 3, 4]


def test_adaptive_gives_fewer_executions_to_those_that_decide_at_each_point(walk: Walk) -> None:
    scheduler = AdaptiveScheduler(1)
    members: list[str] = []
    for _ in range(2_000):
        walk(scheduler, [12, 1])
        members.append(scheduler.member)
    late = Counter(members[200:])
    assert "few deviations" not in late  # it has walked all there is
    assert late["pct"] > late["pos"] > late["selective"] > 0
    assert min(late.values()) > 20
