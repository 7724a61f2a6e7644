"""How the cost of an execution grows: with tasks, and with operations of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

from models import Counter
from smcheck.engine.program import Program
from smcheck.engine.runs import carry_out
from smcheck.engine.search import Search, Tally
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.schedulers.random_walk import RandomWalkScheduler

TASKS = (2, 4, 8, 16)
OPERATIONS = (10, 100, 1_000, 10_000)
POINTS = 200_000
"""Points that a measurement takes about."""


def increments(times: int, it: Counter) -> None:
    """Increment so often; no part of the model, so that a point is always the model's."""
    for _ in range(times):
        it.increment()


def measure(tasks: int, operations: int) -> tuple[float, float]:
    """Return the seconds of an execution, and those of a point."""
    worker: Callable[[Counter], object] = partial(increments, operations)
    program = Program(Counter, (worker,) * tasks)
    each = tasks * (operations * 3 + 1)
    executions = max(2, POINTS // each)
    with closing(Executor(Traced.of(["models"]), limit_points=10 * each)) as executor:
        scheduler = RandomWalkScheduler(1)
        once = Search(1, minimises=False).search(scheduler, Tally())
        carry_out(once, program, executor)
        tally = Tally()
        started = time.perf_counter()
        search = Search(executions, minimises=False)
        carry_out(search.search(scheduler, tally), program, executor)
        seconds = time.perf_counter() - started
    assert tally.executions == executions
    assert not tally.doubts
    return seconds / executions, seconds / executions / each


def rows() -> list[list[str]]:
    """Return a row for each size; points of the first column's execution cost the last one's."""
    sizes = [(tasks, 10) for tasks in TASKS] + [(2, operations) for operations in OPERATIONS]
    found = []
    for tasks, operations in sizes:
        execution, point = measure(tasks, operations)
        found.append(
            [
                f"{tasks} tasks, {operations:,} operations each",
                f"{execution * 1e3:,.2f} ms",
                f"{point * 1e6:.2f} µs",
            ]
        )
    return found
