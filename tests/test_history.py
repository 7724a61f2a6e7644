"""Histories: one return for each call, and who met whom."""

from __future__ import annotations

import pytest

from smcheck.history import Call, History, Outcome
from smcheck.plan import Close, Lookup, Update
from smcheck.values import freeze

DONE = Outcome(freeze(None))


def test_history_numbers_moments_over_all_tasks() -> None:
    history = History()
    update = history.begin(0, 0, Update(0, 1))
    lookup = history.begin(3, 0, Lookup(0))
    history.end(update, DONE)
    history.end(lookup, DONE)
    assert [(call.began, call.ended) for call in history.calls] == [(1, 3), (2, 4)]


def test_history_refuses_a_second_return() -> None:
    history = History()
    call = history.begin(0, 0, Update(0, 1))
    history.end(call, DONE)
    with pytest.raises(ValueError, match="expected one return"):
        history.end(call, DONE)


def test_history_picks_calls_by_kind_in_order() -> None:
    history = History()
    first = history.begin(3, 0, Lookup(0))
    history.begin(2, 0, Close())
    third = history.begin(4, 0, Lookup(1))
    assert history.of(Lookup) == [first, third]


def test_outcome_is_missing_until_the_return() -> None:
    history = History()
    call = history.begin(3, 0, Lookup(0))
    assert (call.ended, call.outcome) == (None, None)
    history.end(call, DONE)
    assert call.outcome == DONE


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ((1, 2), (3, 4), False),
        ((1, 3), (2, 4), True),
        ((1, 4), (2, 3), True),
        ((1, None), (2, 3), True),
        ((3, None), (1, 2), False),
        ((1, None), (2, None), True),
    ],
)
def test_calls_overlap_when_both_were_in_flight(
    one: tuple[int, int | None], other: tuple[int, int | None], met: bool
) -> None:
    left = Call(0, 0, Update(0, 1), began=one[0], ended=one[1])
    right = Call(3, 0, Lookup(0), began=other[0], ended=other[1])
    assert left.overlaps(right) is met
    assert right.overlaps(left) is met
