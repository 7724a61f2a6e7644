"""Make a failing schedule small: leave out deviations, go straight, or find a shorter one."""

from __future__ import annotations

from collections.abc import Callable

from smcheck.schedule import Schedule

Again = Callable[[Schedule], Schedule | None]
"""Run a schedule; the one that was really made if it fails alike, else ``None``."""


def smaller(schedule: Schedule, again: Again) -> Schedule:
    """Return a schedule that fails alike, of which no deviation can be left out."""
    before: Schedule | None = None
    while before != schedule:
        before = schedule
        schedule = _merge(drop(schedule, again), again)
    return schedule


def drop(schedule: Schedule, again: Again) -> Schedule:
    """Leave out runs of deviations, long ones first, until each one is needed."""
    size = len(schedule)
    while size:
        start = 0
        while start < len(schedule):
            made = again(schedule[:start] + schedule[start + size :])
            if made is not None and len(made) < len(schedule):
                schedule = made
            else:
                start += size
        size //= 2
    return schedule


def _merge(schedule: Schedule, again: Again) -> Schedule:
    """Go straight to where a run of deviations leads by way of other tasks."""
    start = 0
    while start < len(schedule) - 1:
        for stop in range(len(schedule) - 1, start, -1):
            straight = schedule[start]._replace(to=schedule[stop].to)
            made = again((*schedule[:start], straight, *schedule[stop + 1 :]))
            if made is not None and len(made) < len(schedule):
                schedule = made
                break
        else:
            start += 1
    return schedule
