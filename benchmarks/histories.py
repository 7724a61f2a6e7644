"""How the judgement of a history grows with its length: seconds and memory for each.

A writer and two readers; each lookup overlaps an update, and every answer is right.
"""

from __future__ import annotations

import time
import tracemalloc
from functools import lru_cache

from smcheck.checkers.reads import check_reads
from smcheck.history import History, Outcome
from smcheck.plan import Command, Lookup, Plan, Update
from smcheck.values import freeze

LENGTHS = (1_000, 10_000, 100_000, 1_000_000)


class Counting:
    """An oracle of a machine that counts its commands."""

    def answer(self, version: int, query: int, /) -> Outcome:
        return _count(version)

    def answer_of(self, entries: tuple[int, ...], query: int, /) -> Outcome | None:
        return _count(len(entries))


@lru_cache(maxsize=64)
def _count(number: int) -> Outcome:
    return Outcome(freeze(number))


def history_of(length: int) -> tuple[Plan, History]:
    """Return a plan and what it showed: ``length`` operations, two thirds of them lookups."""
    history, nothing = History(), Outcome(freeze(None))
    writes = length // 3
    for number in range(writes):
        update = history.begin(0, number, Update(number, number + 1))
        update.reached = 1
        first = history.begin(1, number, Lookup(0))
        second = history.begin(2, number, Lookup(0))
        history.end(first, _count(number))
        history.end(update, nothing)
        history.end(second, _count(number + 1))
    log = tuple(Command(number + 1, b"") for number in range(writes))
    return Plan(log=log, queries=(None,)), history


def measure(length: int) -> tuple[float, float]:
    """Return the seconds that a judgement takes, and the most memory in MiB, measured apart."""
    plan, history = history_of(length)
    started = time.perf_counter()
    verdict = check_reads(plan, history, Counting())
    seconds = time.perf_counter() - started
    assert not verdict.breaches
    tracemalloc.start()
    check_reads(plan, history, Counting())
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return seconds, most
