"""A tiny executor without threads: a task is a number of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from smcheck.schedule import START
from smcheck.schedulers.protocol import Scheduler

Walk = Callable[[Scheduler, Sequence[int]], str]


def order_of(scheduler: Scheduler, lengths: Sequence[int]) -> str:
    """Return the task of each step as a digit; asks as the executor does."""
    scheduler.begin(len(lengths))
    points = [0] * len(lengths)
    order = ""
    current, left = START, 0
    while runnable := tuple(t for t, n in enumerate(lengths) if points[t] < n):
        if current not in runnable or left <= 0:
            current, left = scheduler.choose(current, runnable, points)
            assert current in runnable
            assert left > 0
        points[current] += 1
        left -= 1
        order += str(current)
    scheduler.end(points)
    return order


@pytest.fixture
def walk() -> Walk:
    """Return ``order_of``."""
    return order_of
