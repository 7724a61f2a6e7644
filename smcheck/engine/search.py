"""Search the schedules of a threaded program for one that fails, and make that one small."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from smcheck.engine.program import Failure, Ran
from smcheck.engine.runs import Ask, Runs
from smcheck.engine.self_check import self_check
from smcheck.engine.small_schedule import smaller
from smcheck.runtime.execution import Execution
from smcheck.runtime.real import monotonic
from smcheck.schedule import Schedule
from smcheck.schedulers.exhaustive import ExhaustiveScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.replay import ReplayScheduler

_LIMIT_SMALL = 2_000
"""Executions that look for a schedule of fewer deviations than the one left."""
_TRIES = 3
_EARLY = 8
"""Executions before the self-check; a failure among them is checked by its replay."""
_WALKS = (ExhaustiveScheduler, ReducedScheduler)
_LIMIT_DOUBTS = 3
"""Executions out of control after which a search ends: it could not say that anything held."""


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
        loose: Where two executions under one schedule parted, empty if they did not.
    """

    executions: int = 0
    schedules: set[int] = field(default_factory=set)
    failed: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    deepest: int = 0
    is_late: bool = False
    is_forced: bool = False
    is_muted: bool = False
    loose: str = ""

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
        self.is_forced |= ran.execution.is_forced


@dataclass(frozen=True, slots=True)
class Search:
    """How a program is searched.

    Attributes:
        executions: How many at most; ``None`` for as many as an exhaustive scheduler makes.
        until_s: When to stop, by ``time.monotonic``; ``None`` for never.
        stop_on_first: End with the first failure.
        minimises: Make the schedule of the first failure small.
        checked: Seed of the self-check; ``None`` for none.
    """

    executions: int | None = 1000
    until_s: float | None = None
    stop_on_first: bool = True
    minimises: bool = True
    checked: int | None = None

    def search(
        self, scheduler: Scheduler, tally: Tally, *, trial: Ran | None = None
    ) -> Runs[Found | None]:
        """Run the program again and again, and return the first failure made small.

        Args:
            trial: An execution that was made before; it counts if it failed or was halted.
                After one that was halted there is no search.
        """
        first: Ran | None = None
        if trial is not None and (trial.failure is not None or trial.execution.halted):
            tally.count(trial)
            first = trial if trial.failure is not None else None
            if trial.execution.halted:
                return None
        is_due = self.checked is not None
        while not (first and self.stop_on_first) and not self._is_over(scheduler, tally):
            if is_due and tally.executions >= _EARLY:
                yield from self._check(tally)
                is_due = False
            ran = yield Ask(scheduler)
            tally.count(ran)
            if first is None and ran.failure is not None:
                first = ran
        found = None
        if first is not None and first.failure is not None:
            found = yield from self._made_small(first, first.failure)
        if is_due and not tally.doubts and not (found and found.replays):
            yield from self._check(tally)
        return found

    def _check(self, tally: Tally) -> Runs[None]:
        if self.checked is not None:
            tally.loose = yield from self_check(self.checked)

    def _made_small(self, first: Ran, failure: Failure) -> Runs[Found]:
        if not self.minimises:
            return Found(failure, first.execution.schedule, first, replays=False)
        return (yield from _small(first, failure))

    def _is_over(self, scheduler: Scheduler, tally: Tally) -> bool:
        if tally.doubts and sum(tally.doubts.values()) >= _LIMIT_DOUBTS:
            return True
        if isinstance(scheduler, _WALKS):
            if scheduler.is_done:
                return True
        elif self.executions is not None and tally.executions >= self.executions:
            return True
        tally.is_late = self.until_s is not None and monotonic() >= self.until_s
        return tally.is_late


def _small(first: Ran, failure: Failure) -> Runs[Found]:
    """Return the failure under the smallest schedule found, recorded."""
    replays = _Replays(failure)
    schedule = first.execution.schedule
    for _ in range(_TRIES):
        made = yield from replays.again(schedule)
        if made is not None:
            break
    else:
        return Found(failure, schedule, first, replays=False)
    schedule = yield from _fewest((yield from _smaller(made, replays)), replays)
    if replays.asked != schedule:
        yield from replays.again(schedule)
    last = replays.ran
    if last is None or replays.asked != schedule or last.failure is None:
        return Found(failure, schedule, last or first, replays=False)
    return Found(last.failure, schedule, last, replays=True)


class _Replays:
    """Replays of schedules that shall fail as one did.

    Attributes:
        asked: The latest schedule that did.
        ran: What it was, recorded.
    """

    def __init__(self, failure: Failure) -> None:
        self.asked: Schedule | None = None
        self.ran: Ran | None = None
        self._key = failure.key

    def again(self, schedule: Schedule) -> Runs[Schedule | None]:
        """Return the schedule that was really made if it fails alike, else ``None``."""
        ran = yield Ask(ReplayScheduler(schedule), record=True)
        if not self.is_alike(ran):
            return None
        self.asked, self.ran = schedule, ran
        return ran.execution.schedule

    def is_alike(self, ran: Ran) -> bool:
        """Return whether a run failed as that one did."""
        return ran.failure is not None and ran.failure.key == self._key


def _smaller(schedule: Schedule, replays: _Replays) -> Runs[Schedule]:
    """Return a schedule that fails alike and cannot be made smaller; none is run twice."""
    tries = smaller(schedule)
    tried: dict[Schedule, Schedule | None] = {}
    try:
        candidate = next(tries)
        while True:
            if candidate not in tried:
                tried[candidate] = yield from replays.again(candidate)
            candidate = tries.send(tried[candidate])
    except StopIteration as ended:
        small: Schedule = ended.value
        return small


def _fewest(schedule: Schedule, replays: _Replays) -> Runs[Schedule]:
    """Return a schedule of fewer deviations that fails alike, if a walk comes to one."""
    if len(schedule) < 2:
        return schedule
    walk = ExhaustiveScheduler(len(schedule) - 1)
    while not walk.is_done and walk.walked < _LIMIT_SMALL:
        ran = yield Ask(walk)
        if replays.is_alike(ran):
            return ran.execution.schedule
    return schedule


def switches(execution: Execution) -> int:
    """Return how often another task went on."""
    return sum(switch.task >= 0 for switch in execution.switches)
