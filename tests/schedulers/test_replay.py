"""The replay scheduler follows a schedule and remembers what it could not follow."""

from __future__ import annotations

from collections.abc import Callable

from smcheck.schedule import START, Deviation
from smcheck.schedulers.replay import ReplayScheduler

Walk = Callable[..., str]


def test_empty_schedule_runs_on(walk: Walk) -> None:
    assert walk(ReplayScheduler(()), [3, 2, 1]) == "000112"


def test_deviations_are_followed_at_their_points(walk: Walk) -> None:
    schedule = (Deviation(0, 2, 1), Deviation(1, 1, 0))
    assert walk(ReplayScheduler(schedule), [3, 2]) == "00101"


def test_first_task_can_be_chosen(walk: Walk) -> None:
    assert walk(ReplayScheduler((Deviation(START, 0, 1),)), [2, 2]) == "1100"


def test_deviation_to_a_task_that_cannot_run_is_missed(walk: Walk) -> None:
    ended = Deviation(1, 1, 0)
    scheduler = ReplayScheduler((ended,))
    assert walk(scheduler, [2, 2]) == "0011"
    assert scheduler.missed == (ended,)


def test_each_execution_begins_the_schedule_again(walk: Walk) -> None:
    scheduler = ReplayScheduler((Deviation(0, 1, 1),))
    assert [walk(scheduler, [2, 2]) for _ in range(2)] == ["0110", "0110"]
    assert scheduler.missed == ()
