"""The exhaustive scheduler walks every schedule within its bound, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

import pytest

from smcheck.schedulers.exhaustive import ExhaustiveScheduler

Walk = Callable[..., str]


def orders(walk: Walk, lengths: Sequence[int], *, bound: int) -> list[str]:
    scheduler = ExhaustiveScheduler(bound)
    found = []
    while not scheduler.is_done:
        found.append(walk(scheduler, lengths))
        assert scheduler.missed == ()
    assert scheduler.walked == len(found)
    return found


def test_no_deviation_is_one_schedule(walk: Walk) -> None:
    assert orders(walk, [2, 2], bound=0) == ["0011"]


def test_one_deviation_can_be_made_before_each_step_of_the_first_task(walk: Walk) -> None:
    assert orders(walk, [2, 2], bound=1) == ["0011", "1100", "0110"]


@pytest.mark.parametrize("lengths", [(3, 2), (4, 4), (1, 6)])
def test_enough_deviations_are_every_interleaving_once(
    walk: Walk, lengths: tuple[int, int]
) -> None:
    found = orders(walk, lengths, bound=20)
    assert len(found) == len(set(found)) == comb(sum(lengths), lengths[0])


def test_interleavings_of_three_tasks(walk: Walk) -> None:
    found = orders(walk, [2, 2, 2], bound=20)
    assert len(found) == len(set(found)) == 90


def test_fewer_deviations_come_first(walk: Walk) -> None:
    less = orders(walk, [4, 4], bound=1)
    assert orders(walk, [4, 4], bound=3)[: len(less)] == less


def test_two_deviations_find_what_one_cannot(walk: Walk) -> None:
    """Task 1 makes its only step but one between two steps of task 0."""
    assert "01101" not in orders(walk, [2, 3], bound=1)
    assert "01101" in orders(walk, [2, 3], bound=2)


@pytest.mark.parametrize("lengths", [(4, 3), (3, 2, 2)])
def test_spared_starts_lose_no_order(walk: Walk, lengths: tuple[int, ...]) -> None:
    """A task that has passed its first point has done nothing visible yet."""

    def visible(order: str) -> str:
        firsts = [order.index(str(task)) for task in range(len(lengths))]
        return "".join(task for at, task in enumerate(order) if at not in firsts)

    def found(*, spares_starts: bool) -> list[str]:
        scheduler = ExhaustiveScheduler(20, spares_starts=spares_starts)
        made = []
        while not scheduler.is_done:
            made.append(visible(walk(scheduler, lengths)))
        return made

    spared, everything = found(spares_starts=True), found(spares_starts=False)
    assert set(spared) == set(everything)
    assert len(spared) < len(everything)


def test_negative_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a bound of 0 or more, got -1"):
        ExhaustiveScheduler(-1)
