"""Keep the threads of one execution on one CPU, where a handoff costs a fraction.

Unless somebody else works on that CPU: then each handoff waits its turn, and the threads had
better go wherever there is room.

Only threads are placed, never the process: the caller gets its own place back after each
session. A child process inherits the place of the thread that starts it, so whoever starts one
from a controlled thread, or inside a session, does so inside ``unpinned()``.
"""

from __future__ import annotations

import os
import re
import sys
import time
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

    def stand(wanted: Standing | None, *, thread: int = 0) -> None:
        """Give a thread a standing; what is not allowed is left as it was.

        Args:
            wanted: ``None`` changes nothing.
            thread: Native id of a thread of this process; the calling one if not given.
        """
        if wanted is None:
            return
        try:
            os.sched_setaffinity(thread, wanted.cpus)
            if wanted.policy in _FAIR_POLICIES:
                os.sched_setscheduler(thread, wanted.policy, _NO_PRIORITY)
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

    def stand(wanted: Standing | None, *, thread: int = 0) -> None:
        """Give a thread a standing, where there is such a thing."""

    def together(of: Standing | None) -> Standing | None:
        """Return the standing for all threads that hand a baton around."""
        return of


class Crowding:
    """Notice that somebody else works on the CPU that an execution is kept on.

    Executions compute all the time, one thread or the other; where much more time passes than
    this process gets, the rest went to others.
    """

    _WINDOW_S = 0.05
    _LEAST_SHARE = 0.7

    def __init__(self) -> None:
        self._wall_s = self._cpu_s = 0.0
        self._began = (0.0, 0.0)

    def begin(self) -> None:
        """Note the beginning of an execution."""
        self._began = (_wall(), _cpu())

    def end(self) -> bool:
        """Note its end, and return whether the CPU turned out to be crowded."""
        self._wall_s += _wall() - self._began[0]
        self._cpu_s += _cpu() - self._began[1]
        if self._wall_s < self._WINDOW_S:
            return False
        is_crowded = self._cpu_s < self._LEAST_SHARE * self._wall_s
        self._wall_s = self._cpu_s = 0.0
        return is_crowded


# Taken now: later a machine may find others under these names.
_wall, _cpu = time.perf_counter, time.process_time

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
