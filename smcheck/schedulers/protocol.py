"""What a scheduler is: a pure decider, asked when a choice is due.

A scheduler knows task numbers and counts of points; no thread, no machine, no source line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

FOREVER = 1 << 62
"""A quantum that never runs out."""


Choice = tuple[int, int]
"""A task to run until it blocks, ends, or has passed so many further points: its quantum."""


class Scheduler(Protocol):
    """Decide which task runs next, and for how long nobody need ask again.

    The executor asks when an execution starts, when the quantum is used up, when the current
    task blocks or ends, and at the first point after a task became runnable again.
    """

    def begin(self, tasks: int) -> None:
        """Start a new execution of ``tasks`` tasks; forget the one before."""

    def end(self, points: Sequence[int]) -> None:
        """Hear how many points each task has passed when the execution is over."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the next task and its quantum.

        Args:
            current: The task that ran, ``START`` (-1) at the beginning.
            runnable: Tasks that can run, in increasing order; never empty.
            points: Points each task has passed so far, by task number.
        """
        ...
