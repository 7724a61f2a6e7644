"""When it happens: a schedule is the list of deviations from running on.

Running on means: the current task continues while it can; when it cannot, the runnable task
with the lowest number is next. A schedule names the moments at which something else happened.
"""

from __future__ import annotations

from typing import NamedTuple

START = -1
"""The task that is current before any task ran."""


class Deviation(NamedTuple):
    """After ``task`` passed its ``point``-th point, run ``to`` instead of running on.

    Points are counted from 1 in the task's own steps, and a block or the end of a task counts
    as a point too, so the pair (task, point) is unique within an execution.
    """

    task: int
    point: int
    to: int


Schedule = tuple[Deviation, ...]


def default_choice(current: int, runnable: tuple[int, ...]) -> int:
    """Return the task that runs when nothing deviates."""
    return current if current in runnable else runnable[0]
