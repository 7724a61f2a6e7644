"""Make a failing schedule small: leave out deviations, go straight, or find a shorter one."""

from __future__ import annotations

from collections.abc import Callable, Generator

from smcheck.schedule import Schedule

Tries = Generator[Schedule, Schedule | None, Schedule]
"""Yields schedules to run; gets what was really made of each if it fails alike, else ``None``."""


def follow(tries: Tries, again: Callable[[Schedule], Schedule | None]) -> Schedule:
    """Run what is tried by calling ``again``, and return what it comes to."""
    try:
        candidate = next(tries)
        while True:
            candidate = tries.send(again(candidate))
    except StopIteration as ended:
        small: Schedule = ended.value
        return small


def smaller(schedule: Schedule) -> Tries:
    """Return a schedule that fails alike, of which no deviation can be left out."""
    before: Schedule | None = None
    while before != schedule:
        before = schedule
        schedule = yield from _merge((yield from drop(schedule)))
    return schedule


def drop(schedule: Schedule) -> Tries:
    """Leave out runs of deviations, long ones first, until each one is needed."""
    size = len(schedule)
    while size:
        start = 0
        while start < len(schedule):
            made = yield schedule[:start] + schedule[start + size :]
            if made is not None and len(made) < len(schedule):
                schedule = made
            else:
                start += size
        size //= 2
    return schedule


def _merge(schedule: Schedule) -> Tries:
    """Go straight to where a run of deviations leads by way of other tasks."""
    start = 0
    while start < len(schedule) - 1:
        for stop in range(len(schedule) - 1, start, -1):
            straight = schedule[start]._replace(to=schedule[stop].to)
            made = yield (*schedule[:start], straight, *schedule[stop + 1 :])
            if made is not None and len(made) < len(schedule):
                schedule = made
                break
        else:
            start += 1
    return schedule
