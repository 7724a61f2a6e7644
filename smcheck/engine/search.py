"""Search the schedules of a threaded program for one that fails, and make that one small."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from smcheck._faults import said
from smcheck.engine.program import Failure, NotSetUp, Program, Ran, judge, run, stuck_failure
from smcheck.engine.small_schedule import smaller
from smcheck.runtime.execution import Execution
from smcheck.runtime.executor import Executor
from smcheck.runtime.tasks import TaskHalted, TaskStuck
from smcheck.schedule import Schedule
from smcheck.schedulers.exhaustive import ExhaustiveScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.replay import ReplayScheduler

_LIMIT_SMALL = 2_000
"""Executions that look for a schedule of fewer deviations than the one left."""
_TRIES = 3
_LIMIT_DOUBTS = 3
"""Executions out of control after which a search ends: it could not say that anything held."""
_STRETCH = 500
"""Executions after which memory is given back and the computer's other work is looked at."""


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
        is_muted: A switch was not made where none may be.
    """

    executions: int = 0
    schedules: set[int] = field(default_factory=set)
    failed: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    deepest: int = 0
    is_late: bool = False
    is_forced: bool = False
    is_muted: bool = False

    def count(self, ran: Ran) -> None:
        """Count one execution."""
        schedule = tuple([switch[:3] for switch in ran.execution.raw_switches if switch[4]])
        self.executions += 1
        self.schedules.add(hash(schedule))
        self.failed += ran.failure is not None
        self.is_muted |= ran.execution.is_muted
        if ran.execution.halted:
            self.doubts[ran.execution.halted] += 1
        for _, point, _ in schedule:
            if point > self.deepest:
                self.deepest = point
        if not self.is_forced:
            self.is_forced = any(switch[5] == "fair" for switch in ran.execution.raw_switches)


@dataclass(frozen=True, slots=True)
class Search:
    """How one program is searched.

    Attributes:
        executions: How many at most; ``None`` for as many as an exhaustive scheduler makes.
        until_s: When to stop, by ``time.monotonic``; ``None`` for never.
        stop_on_first: End with the first failure.
        minimises: Make the schedule of the first failure small.
    """

    program: Program
    executor: Executor
    executions: int | None = 1000
    until_s: float | None = None
    stop_on_first: bool = True
    minimises: bool = True

    def search(
        self, scheduler: Scheduler, tally: Tally, *, trial: Ran | None = None
    ) -> Found | None:
        """Run the program again and again, and return the first failure made small.

        Args:
            trial: An execution that was made before; it counts if it failed or was halted.
                After one that was halted there is no search.
        """
        series = _Series(self, scheduler, tally)
        if trial is not None and (trial.failure is not None or trial.execution.halted):
            series.note(trial)
        is_halted = trial is not None and bool(trial.execution.halted)
        with self.executor.together():
            while not series.is_over and not is_halted:
                series.run()
        first = series.first
        if first is None or first.failure is None:
            return None
        if not self.minimises:
            return Found(first.failure, first.execution.schedule, first, replays=False)
        return self._small(first)

    def is_over(self, scheduler: Scheduler, tally: Tally) -> bool:
        if sum(tally.doubts.values()) >= _LIMIT_DOUBTS:
            return True
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
        schedule = self._shortest(smaller(made, cache(again)), key)
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


class _Series:
    """Executions one after another, in stretches between which the executor looks up."""

    def __init__(self, search: Search, scheduler: Scheduler, tally: Tally) -> None:
        self.first: Ran | None = None
        self._search = search
        self._scheduler = scheduler
        self._tally = tally
        self._it: Any = None
        self._setting_up = False

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to run."""
        found = self.first is not None and self._search.stop_on_first
        return found or self._search.is_over(self._scheduler, self._tally)

    def run(self) -> None:
        """Run a stretch."""
        self._left = _STRETCH
        try:
            self._search.executor.repeat(self._step, self._scheduler)
        except TaskStuck as error:
            if self._setting_up:
                raise NotSetUp(str(error)) from error
            self.note(Ran(self._made, stuck_failure(error.stuck)))
        except TaskHalted as error:
            what = "" if self._setting_up else "the invariant does not end: "
            raise NotSetUp(f"{what}{error}") from error

    def _step(self, made: Execution | None) -> list[Callable[[], object]] | None:
        program, traced = self._search.program, self._search.executor.traced
        self._setting_up = False
        if made is not None:
            self._made = made
            failure = None if made.halted else judge(program, made, self._it, traced)
            self.note(Ran(made, failure))
            if made.left_running:
                self._left = 0  # the end of the stretch unwinds what the program left behind
        if not self._left or self.is_over:
            return None
        self._left -= 1
        self._setting_up = True
        try:
            it = self._it = program.setup()
        except Exception as error:
            raise NotSetUp(f"it raised {said(error)}") from error
        return [partial(worker, it) for worker in program.workers]

    def note(self, ran: Ran) -> None:
        """Count an execution, and keep the first that failed."""
        self._tally.count(ran)
        if ran.failure is not None and self.first is None:
            self.first = ran


def switches(execution: Execution) -> int:
    """Return how often another task went on."""
    return sum(switch.task >= 0 for switch in execution.switches)
