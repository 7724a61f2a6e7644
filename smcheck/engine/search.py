"""Search the schedules of a threaded program for one that fails, and make that one small."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from smcheck.engine.program import Failure, Program, Ran, run
from smcheck.engine.small_schedule import smaller
from smcheck.runtime.execution import Execution
from smcheck.runtime.executor import Executor
from smcheck.schedule import Schedule
from smcheck.schedulers.exhaustive import ExhaustiveScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.replay import ReplayScheduler

_LIMIT_SMALL = 2_000
"""Executions that look for a schedule of fewer deviations than the one left."""
_TRIES = 3


@dataclass(slots=True)
class Found:
    """A failure and the smallest schedule known under which it comes.

    Attributes:
        ran: The execution under that schedule.
        replays: It came again under it.
    """

    failure: Failure
    schedule: Schedule
    ran: Ran
    replays: bool


@dataclass(slots=True)
class Tally:
    """What a search did.

    Attributes:
        schedules: Digests of the different ones.
        failed: Executions that failed.
        doubts: Why executions were stopped and say nothing, with how many of them.
        deepest: Points that a task had passed at the latest deviation.
        is_late: Time was over before all was done.
        is_forced: A task that ran for very long had to let another one run.
    """

    executions: int = 0
    schedules: set[int] = field(default_factory=set)
    failed: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    deepest: int = 0
    is_late: bool = False
    is_forced: bool = False

    def count(self, ran: Ran) -> None:
        """Count one execution."""
        schedule = ran.execution.schedule
        self.executions += 1
        self.schedules.add(hash(schedule))
        self.failed += ran.failure is not None
        if ran.execution.halted:
            self.doubts[ran.execution.halted] += 1
        self.is_forced |= any(switch[5] == "fair" for switch in ran.execution.raw_switches)
        for deviation in schedule:
            if deviation.point > self.deepest:
                self.deepest = deviation.point


@dataclass(frozen=True, slots=True)
class Search:
    """How one program is searched.

    Attributes:
        executions: How many at most; ``None`` for as many as an exhaustive scheduler makes.
        until_s: When to stop, by ``time.monotonic``; ``None`` for never.
        stop_on_first: End with the first failure.
    """

    program: Program
    executor: Executor
    executions: int | None = 1000
    until_s: float | None = None
    stop_on_first: bool = True

    def search(self, scheduler: Scheduler, tally: Tally) -> Found | None:
        """Run the program again and again, and return the first failure made small."""
        first: Ran | None = None
        with self.executor.together():
            while not self._is_over(scheduler, tally):
                ran = run(self.program, self.executor, scheduler)
                tally.count(ran)
                if ran.failure is not None and first is None:
                    first = ran
                    if self.stop_on_first:
                        break
            return None if first is None or first.failure is None else self._small(first)

    def _is_over(self, scheduler: Scheduler, tally: Tally) -> bool:
        if isinstance(scheduler, ExhaustiveScheduler | ReducedScheduler):
            if scheduler.is_done:
                return True
        elif self.executions is not None and tally.executions >= self.executions:
            return True
        tally.is_late = self.until_s is not None and time.monotonic() >= self.until_s
        return tally.is_late

    def _small(self, first: Ran) -> Found:
        """Return the failure under the smallest schedule found, recorded."""
        assert first.failure is not None
        key = first.failure.key

        def again(schedule: Schedule) -> Schedule | None:
            made = self._same(ReplayScheduler(schedule), key)
            return made.execution.schedule if made else None

        schedule = first.execution.schedule
        for _ in range(_TRIES):
            made = again(schedule)
            if made is not None:
                break
        else:
            return Found(first.failure, schedule, first, replays=False)
        schedule = self._shortest(smaller(made, again), key)
        last = run(self.program, self.executor, ReplayScheduler(schedule), record=True)
        if last.failure is None or last.failure.key != key:
            return Found(first.failure, schedule, last, replays=False)
        return Found(last.failure, schedule, last, replays=True)

    def _same(self, scheduler: Scheduler, key: tuple[str, ...]) -> Ran | None:
        ran = run(self.program, self.executor, scheduler)
        return ran if ran.failure is not None and ran.failure.key == key else None

    def _shortest(self, schedule: Schedule, key: tuple[str, ...]) -> Schedule:
        """Return a schedule of fewer deviations that fails alike, if a walk comes to one."""
        if len(schedule) < 2:
            return schedule
        walk = ExhaustiveScheduler(len(schedule) - 1)
        while not walk.is_done and walk.walked < _LIMIT_SMALL:
            made = self._same(walk, key)
            if made is not None:
                return made.execution.schedule
        return schedule


def switches(execution: Execution) -> int:
    """Return how often another task went on."""
    return sum(switch.task >= 0 for switch in execution.switches)
