"""The campaign: replay what is known, then give out turn after turn, until the time is over.

Supervises the jobs under trio, and is the only one that writes to the store.
"""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf
from pathlib import Path

import msgspec
import trio

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.intake import Intake
from smcheck.campaign.night import Night
from smcheck.campaign.orders import Mode, Orders
from smcheck.campaign.records import Effort, Ended, StoredFinding
from smcheck.campaign.running import Broken, Died, Refused, Workers
from smcheck.campaign.store.files import WITNESSES
from smcheck.campaign.store.witnesses import write_witnesses
from smcheck.campaign.turns import Turn, Turns
from smcheck.cli.messages import Progress
from smcheck.errors import CampaignError, InternalError, UsageError
from smcheck.finding import SubjectReport

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_GRACE_S = 5.0
"""How long after the end of the time a finding may still be made small."""
_REPLAYS_SHARE = 0.5
"""Of the time, after which no further stored finding is replayed."""
_CANARY_STINTS = 4
_LIMIT_DEATHS = 3
"""So many stints in a row that end before their first plan, and a subject is left out."""


@dataclass(slots=True)
class Campaign:
    """One campaign.

    Args:
        orders: What to do.
        intake: Takes in what comes of it.
        hands: Run the workers.
        canary: Target with a planted bug, empty for none.
        done: Turns that this run has had in an earlier process, as ``Turns`` takes them.
    """

    orders: Orders
    intake: Intake
    hands: Workers
    canary: str = ""
    done: tuple[tuple[str, int, int], ...] = ()
    _turns: Turns = field(init=False)
    _scope: trio.CancelScope = field(init=False)
    _changed: trio.Event = field(init=False)
    _began: float = field(default_factory=time.monotonic)
    _ended: Ended = Ended.DONE
    _deaths: dict[str, int] = field(default_factory=dict)
    _reports: dict[int, SubjectReport] = field(default_factory=dict)

    def run(self) -> Night:
        """Run it to its end and return what came of it; however it ends, the store knows."""
        orders, run = self.orders, self.intake.night.run
        self._turns = Turns(
            run.targets, seed=run.seed, shard=orders.shard, limit_plans=orders.max_plans,
            jobs=orders.chains * len(run.targets) or orders.jobs, done=self.done,
        )  # fmt: skip
        self._scope = trio.CancelScope()
        self._changed = trio.Event()
        try:
            trio.run(self._run)
        except* CampaignError as errors:
            self._give_up(errors)
        try:
            self._end()
        except CampaignError as error:
            self._give_up(ExceptionGroup("", [error]))
        return self.intake.night

    def _give_up(self, errors: BaseExceptionGroup[CampaignError]) -> None:
        one: BaseException = errors
        while isinstance(one, BaseExceptionGroup):
            one = one.exceptions[0]
        self._ended = Ended.FAILED
        self.intake.night.trouble = str(one)

    def _end(self) -> None:
        night = self.intake.night
        night.run = msgspec.structs.replace(
            night.run, ended=self._ended, ended_at=time.time(), seconds=self.intake.clock()
        )
        self.intake.store.save_run(night.run)

    async def _run(self) -> None:
        with trio.open_signal_receiver(*_SIGNALS) as signals:
            async with trio.open_nursery() as outer:
                outer.start_soon(self._end_on_signal, signals)
                outer.start_soon(self._show)
                self._scope.deadline = trio.current_time() + self._left_s() + _GRACE_S
                with self._scope:
                    await self._replay_known()
                    await self._search()
                outer.cancel_scope.cancel()
        self.intake.watch.looks(self.intake.night)

    async def _end_on_signal(self, signals: AsyncIterator[int]) -> None:
        async for _ in signals:
            self._stop(Ended.DONE if self.orders.mode is Mode.SOAK else Ended.INTERRUPTED)

    def _stop(self, ended: Ended) -> None:
        self._ended = ended
        self._scope.cancel()

    async def _show(self) -> None:
        while True:
            self.intake.watch.looks(self.intake.night)
            await trio.sleep(0.25)

    def _left_s(self) -> float:
        seconds = self.orders.seconds
        return inf if seconds is None else seconds - (time.monotonic() - self._began)

    # What is known already.

    async def _replay_known(self) -> None:
        """Replay the stored findings of the subjects, all jobs at it."""
        store, targets = self.intake.store, set(self.orders.targets)
        findings = store.findings()
        paths = write_witnesses(store, store.folder / WITNESSES, findings=findings)
        waiting = [
            (stored, path)
            for stored in reversed(findings)
            if stored.target in targets
            and (path := paths.get((stored.target, stored.signature))) is not None
        ]

        async def work(job: int) -> None:
            while waiting and self._left_s() > (1 - _REPLAYS_SHARE) * (self.orders.seconds or 0):
                stored, path = waiting.pop()
                self.intake.watch.works(job, stored.target, 0, 0)
                await self._replay(stored, path, job)

        await self._all_jobs(work)
        if waiting:
            self.intake.night.replayed["not replayed for want of time"] += len(waiting)

    async def _replay(self, stored: StoredFinding, path: Path, job: int) -> None:
        try:
            outcome = (await self.hands.replay(path, job=job)).status
        except CampaignError:
            raise
        except UsageError:
            outcome = "cannot be replayed"
        except InternalError as error:
            self.intake.night.broken.append(str(error))
            outcome = "cannot be replayed"
        self.intake.replayed(stored, outcome)

    # What is not known yet.

    async def _search(self) -> None:
        await self._all_jobs(self._work)

    async def _all_jobs(self, work: Callable[[int], Awaitable[None]]) -> None:
        async with trio.open_nursery() as nursery:
            for job in range(self.orders.jobs):
                nursery.start_soon(work, job)

    async def _work(self, job: int) -> None:
        if job == 0 and self.canary:
            await self._find_canary()
        while self._left_s() > 0:
            async with self.hands.slot():
                turn = self._turns.take() if self._left_s() > 0 else None
                if turn is not None:
                    await self._have(turn, job)
                    self._changed.set()
                    self._changed = trio.Event()
                    self.intake.watch.works(job, "", 0, 0)
                elif self._turns.is_over or self._left_s() <= 0:
                    return
                else:
                    await self._changed.wait()

    async def _have(self, turn: Turn, job: int) -> None:
        """Let a subject have its turn, and take in what comes of it."""
        began = time.monotonic()
        intake = self.intake
        stint = self._stint(turn)
        self._reports.pop(job, None)
        try:
            outcome = await self.hands.work(stint, partial(self._hear, turn, job), job=job)
        except trio.Cancelled:
            intake.cut(turn, self._reports.get(job), seconds=time.monotonic() - began)
            raise
        effort = Effort(stints=1)
        match outcome:
            case Worked():
                effort = intake.worked(turn, outcome)
                self._deaths.pop(turn.target, None)
            case Refused(why):
                intake.night.refused[turn.target] = why
                self._turns.leave_out(turn.target)
            case Broken(traceback, case):
                intake.night.broken.append(traceback)
                intake.lost(turn, "smcheck itself failed", case=case, stacks=traceback)
                self._leave_dying(turn.target, 0)
            case Died():
                effort = intake.cut(turn, outcome.report, seconds=time.monotonic() - began)
                await self._bury(outcome, turn, stint, job)
                self._leave_dying(turn.target, effort.plans)
        self._turns.give_back(turn, effort, has_finding=intake.memories.has_finding(turn.target))

    def _stint(self, turn: Turn) -> Stint:
        intake, orders = self.intake, self.orders
        memory = intake.memories.of(turn.target, turn.chain)
        return Stint(
            run=intake.night.run.id, target=turn.target, chain=turn.chain, number=turn.number,
            seed=turn.seed, plans=turn.plans, schedules=orders.schedules, first=turn.first,
            known=tuple(sorted(memory.known)), seen=memory.seen_lists(),
            corpus=tuple(memory.corpus.values()), vary=orders.vary, dont_vary=orders.dont_vary,
            limit_s=min(self._left_s(), 3600.0),
        )  # fmt: skip

    def _hear(self, turn: Turn, job: int, message: Met | Progress) -> None:
        if isinstance(message, Progress):
            self._reports[job] = message.report
            stats = message.report.stats
            plans = max(0, stats.examples - turn.first)
            self.intake.watch.works(job, turn.target, plans, stats.schedules)
        elif self.intake.met(message) and self.orders.stops_on_first:
            self._stop(Ended.STOPPED)

    async def _bury(self, died: Died, turn: Turn, stint: Stint, job: int) -> None:
        """Find out whether the case ends another process too: then it is the machine's doing."""
        met = await self.hands.confirm(died, stint, job=job)
        if met is None:
            self.intake.lost(turn, died.how, case=died.case, stacks=died.stacks)
        elif self.intake.met(met) and self.orders.stops_on_first:
            self._stop(Ended.STOPPED)

    def _leave_dying(self, target: str, plans: int) -> None:
        """Leave out a subject whose workers do not even come to a plan."""
        self._deaths[target] = 0 if plans else self._deaths.get(target, 0) + 1
        if self._deaths[target] >= _LIMIT_DEATHS:
            self._turns.leave_out(target)

    # The planted bug.

    async def _find_canary(self) -> None:
        """Search the canary until its bug is found; nothing of it goes into the store."""
        night = self.intake.night
        if night.run.canary_s is not None:
            return
        turns = Turns([self.canary], seed=night.run.seed)
        began = time.monotonic()
        for _ in range(_CANARY_STINTS):
            turn = turns.take()
            if turn is None or night.run.canary_s is not None:
                return
            with trio.CancelScope() as scope:
                outcome = await self.hands.work(
                    self._canary_stint(turn), partial(self._hear_canary, scope, began)
                )
                if isinstance(outcome, Broken):
                    night.broken.append(outcome.traceback)
            turns.give_back(turn, Effort())

    def _canary_stint(self, turn: Turn) -> Stint:
        return Stint(
            run=self.intake.night.run.id, target=turn.target, chain=turn.chain,
            number=turn.number, seed=turn.seed, plans=turn.plans, first=turn.first,
            limit_s=min(self._left_s(), 600.0),
        )  # fmt: skip

    def _hear_canary(self, scope: trio.CancelScope, began: float, message: Met | Progress) -> None:
        night = self.intake.night
        if isinstance(message, Met) and night.run.canary_s is None:
            seconds = round(time.monotonic() - began, 3)
            night.run = msgspec.structs.replace(night.run, canary_s=seconds)
            self.intake.store.save_run(night.run)
            scope.cancel()
