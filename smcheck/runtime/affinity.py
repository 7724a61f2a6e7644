"""Keep the threads of one execution on one CPU, where a handoff costs a fraction.

Only threads are placed, never the process: the caller gets its own place back after each
session. A child process inherits the place of the thread that starts it, so whoever starts one
from a controlled thread, or inside a session, does so inside ``unpinned()``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import NamedTuple


class Standing(NamedTuple):
    """Where a thread runs: its CPUs and its scheduling policy."""

    cpus: Set[int]
    policy: int


if sys.platform == "linux":

    def standing() -> Standing | None:
        """Return the standing of the calling thread; ``None`` where there is no such thing."""
        return Standing(os.sched_getaffinity(0), os.sched_getscheduler(0))

    def stand(wanted: Standing | None) -> None:
        """Give the calling thread a standing; what is not allowed is left as it was."""
        if wanted is None:
            return
        try:
            os.sched_setaffinity(0, wanted.cpus)
            if wanted.policy in _FAIR_POLICIES:
                os.sched_setscheduler(0, wanted.policy, _NO_PRIORITY)
        except OSError:
            pass  # a container took the CPU away: slower, not wrong

    _NO_PRIORITY = os.sched_param(0)
    _FAIR_POLICIES = (os.SCHED_OTHER, os.SCHED_BATCH)

    def together(of: Standing | None) -> Standing | None:
        """Return one CPU out of those of ``of``, for all threads that hand a baton around.

        A thread of the batch policy does not preempt the one that wakes it. That one still
        holds the interpreter, so preempting it only costs a switch there and back: measured,
        a handoff falls from 10 to 5 µs.
        """
        if of is None:
            return None
        batch = os.SCHED_BATCH if of.policy == os.SCHED_OTHER else of.policy
        return Standing(frozenset({_choose(sorted(of.cpus))}), batch)

else:

    def standing() -> Standing | None:
        """Return the standing of the calling thread; ``None`` where there is no such thing."""
        return None

    def stand(wanted: Standing | None) -> None:
        """Give the calling thread a standing, where there is such a thing."""

    def together(of: Standing | None) -> Standing | None:
        """Return the standing for all threads that hand a baton around."""
        return of


AT_START = standing()
"""What the process was started with."""


def _choose(cpus: list[int]) -> int:
    """Choose a CPU so that processes that work side by side take different ones."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    return cpus[(int(worker[1]) if worker else os.getpid()) % len(cpus)]


@contextmanager
def unpinned() -> Iterator[None]:
    """Give the calling thread the process's own standing, for example to start a process."""
    before = standing()
    stand(AT_START)
    try:
        yield
    finally:
        stand(before)
