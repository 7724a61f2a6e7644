"""Keep the threads of one execution on one CPU: a handoff there costs a fraction.

Only threads are pinned, never the process: the caller gets its own set back after each
session. A child process inherits the set of the thread that starts it, so whoever starts one
from a controlled thread does so inside ``unpinned()``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager

HAS_AFFINITY = sys.platform == "linux"


def allowed_cpus() -> Set[int]:
    """Return the CPUs the calling thread may use; empty where this cannot be known."""
    return os.sched_getaffinity(0) if HAS_AFFINITY else frozenset()


def allow(cpus: Set[int]) -> None:
    """Let the calling thread run on ``cpus`` only; nothing happens where it cannot be."""
    if HAS_AFFINITY and cpus:
        try:
            os.sched_setaffinity(0, cpus)
        except OSError:
            pass  # a container took the CPU away: slower, not wrong


PROCESS_CPUS: Set[int] = allowed_cpus()
"""What the process was started with."""


def choose_cpu(cpus: Set[int]) -> Set[int]:
    """Return a set of one CPU: processes that work side by side take different ones."""
    if not cpus:
        return cpus
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    index = int(worker[1]) if worker else os.getpid()
    ordered = sorted(cpus)
    return frozenset({ordered[index % len(ordered)]})


@contextmanager
def unpinned() -> Iterator[None]:
    """Give the calling thread all CPUs inside the block, for example to start a process."""
    before = allowed_cpus()
    allow(PROCESS_CPUS)
    try:
        yield
    finally:
        allow(before)
