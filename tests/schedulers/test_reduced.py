"""The reduced scheduler walks each class of equal schedules once; POS samples them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcheck.schedule import START
from smcheck.schedulers.access import ANYTHING, NOTHING, Access, SeesAccesses
from smcheck.schedulers.pos import PosScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.selective import SelectiveScheduler

Program = Sequence[Sequence[Access]]
Order = tuple[int, ...]

READ_X, WRITE_X = Access("attr", "x", 1, is_write=False), Access("attr", "x", 1)
READ_Y, WRITE_Y = Access("attr", "y", 1, is_write=False), Access("attr", "y", 1)
STEPS = (READ_X, WRITE_X, READ_Y, WRITE_Y, NOTHING, ANYTHING)


class Told(Scheduler, SeesAccesses, Protocol):
    """A scheduler that is told of accesses."""


def order_of(scheduler: Told, program: Program) -> Order:
    """Return the task of each step; asks at every step, as the executor does then."""
    scheduler.begin(len(program))
    points = [0] * len(program)
    order: list[int] = []
    current, left = START, 0
    for task, steps in enumerate(program):
        if steps:
            scheduler.note_access(task, steps[0])
    while runnable := tuple(t for t, steps in enumerate(program) if points[t] < len(steps)):
        if current not in runnable or left <= 0:
            current, left = scheduler.choose(current, runnable, points)
        points[current] += 1
        left -= 1
        order.append(current)
        if points[current] < len(program[current]):
            scheduler.note_access(current, program[current][points[current]])
    scheduler.end(points)
    return tuple(order)


def class_of(order: Order, program: Program) -> frozenset[tuple[tuple[int, int], tuple[int, int]]]:
    """Return which of two steps that conflict comes first, for all such pairs."""
    points = [0] * len(program)
    made: list[tuple[int, int]] = []
    for task in order:
        made.append((task, points[task]))
        points[task] += 1
    return frozenset(
        (one, other)
        for at, one in enumerate(made)
        for other in made[at + 1 :]
        if one[0] != other[0] and program[one[0]][one[1]].conflicts(program[other[0]][other[1]])
    )


def walked(program: Program) -> tuple[list[Order], int]:
    scheduler = ReducedScheduler()
    orders = []
    while not scheduler.is_done:
        before = scheduler.redundant
        order = order_of(scheduler, program)
        if scheduler.redundant == before:
            orders.append(order)
    assert not scheduler.differs
    return orders, scheduler.walked


def all_orders(program: Program) -> set[Order]:
    steps = [task for task, steps in enumerate(program) for _ in steps]
    return set(permutations(steps))


def test_steps_that_do_not_matter_have_one_order() -> None:
    assert walked([[READ_X, READ_X], [READ_X], [WRITE_Y]])[0] == [(0, 0, 1, 2)]


def test_two_writers_have_two_orders() -> None:
    assert walked([[WRITE_X], [WRITE_X]])[0] == [(0, 1), (1, 0)]


def test_lost_update_is_among_four_classes() -> None:
    orders, count = walked([[READ_X, WRITE_X], [READ_X, WRITE_X]])
    assert count == 4
    assert (0, 1, 0, 1) in orders or (0, 1, 1, 0) in orders


@given(st.lists(st.lists(st.sampled_from(STEPS), max_size=3), min_size=1, max_size=3))
def test_every_class_is_walked_once(program: list[list[Access]]) -> None:
    orders, count = walked(program)
    classes = [class_of(order, program) for order in orders]
    assert len(classes) == len(set(classes)) == count
    assert set(classes) == {class_of(order, program) for order in all_orders(program)}


def test_program_that_changes_is_noticed() -> None:
    scheduler = ReducedScheduler()
    order_of(scheduler, [[WRITE_X], [WRITE_X]])
    order_of(scheduler, [[WRITE_X], [WRITE_X, WRITE_X], [WRITE_X]])
    assert scheduler.differs


@pytest.mark.parametrize("make", [PosScheduler, SelectiveScheduler])
def test_same_seed_makes_the_same_choices(make: Callable[[int], Told]) -> None:
    program = [[WRITE_X] * 4, [READ_X, WRITE_X] * 2]
    one, two = make(3), make(3)
    assert [order_of(one, program) for _ in range(9)] == [order_of(two, program) for _ in range(9)]


@pytest.mark.parametrize("make", [PosScheduler, SelectiveScheduler])
@pytest.mark.parametrize("seed", range(5))
def test_a_short_reader_in_a_long_writer_is_come_to_within_100_executions(
    make: Callable[[int], Told], seed: int
) -> None:
    """What the writer does beside its two writes of x makes no order of its own."""
    program = [[NOTHING] * 20 + [WRITE_X] + [NOTHING] * 20 + [WRITE_X], [READ_X]]
    scheduler = make(seed)
    orders = (order_of(scheduler, program) for _ in range(100))
    assert any(21 <= order.index(1) <= 41 for order in orders)


def test_selective_makes_the_orders_of_one_thing_about_equally_likely() -> None:
    """Many steps on y beside: they do not bring the reader of x any nearer to an end."""
    program = [[WRITE_Y] * 10 + [WRITE_X] * 3, [READ_Y, READ_X]]
    scheduler = SelectiveScheduler(1)
    places = []
    for _ in range(2_000):
        order = order_of(scheduler, program)
        reader = len(order) - 1 - order[::-1].index(1)
        places.append(sum(task == 0 for task in order[:reader]) - 10)
    among = [max(0, place) for place in places]
    counts = [among.count(place) for place in range(4)]
    assert min(counts) > 200


def test_selective_goes_on_where_nothing_is_shared() -> None:
    program = [[WRITE_X] * 3, [NOTHING] * 3]
    scheduler = SelectiveScheduler(1)
    assert len({order_of(scheduler, program) for _ in range(200)}) == 20
