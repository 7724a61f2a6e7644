"""Begin a campaign, or go on with one that was killed, and bring it to its end.

Puts the parts together: the store, the run, what was left, the workers, the canary.
"""

from __future__ import annotations

import os
import platform
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import msgspec
import trio

import smcheck
from smcheck.campaign.campaign import Campaign
from smcheck.campaign.canary import put_canary
from smcheck.campaign.intake import Intake, Watch
from smcheck.campaign.journal import Left
from smcheck.campaign.left import suspects, take_up
from smcheck.campaign.night import Night
from smcheck.campaign.orders import Orders
from smcheck.campaign.records import Ended, Progress, Run
from smcheck.campaign.running import Hands, Workers
from smcheck.campaign.store.files import RUNNING
from smcheck.campaign.store.store import Store
from smcheck.campaign.warden import MARK, warden

Done = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class Prepared:
    """A campaign that may begin.

    Attributes:
        run: New, or one that was killed.
        ran_s: For how long it searched before it was killed; ``None`` for a new one.
        lefts: What killed campaigns left undone.
        done: Turns that the run has had.
        known: Findings in the store.
        began: When this process began with it, by ``time.monotonic``.
    """

    orders: Orders
    store: Store
    run: Run
    ran_s: float | None
    lefts: list[Left]
    done: Done
    known: int
    began: float = field(default_factory=time.monotonic)

    def clock(self) -> float:
        """Return the seconds since the run began, over all its processes."""
        return (self.ran_s or 0.0) + time.monotonic() - self.began

    def go(self, watch: Watch, hire: Callable[[Hands], Workers] = lambda own: own) -> Night:
        """Run it to its end.

        Args:
            watch: Looks on.
            hire: Returns who does the work, given the processes of this computer.
        """
        orders, run = self.orders, self.run
        night = Night(run, is_strict=orders.is_strict)
        intake = Intake(self.store, night, watch, self.clock)
        hands = hire(
            Hands(self.store.folder, orders.limits, marks={MARK: run.id}, cpus=_cpus(orders.jobs))
        )
        canary = put_canary(self.store.folder) if orders.canary == "" else orders.canary or ""
        with warden(run.id):
            for met in trio.run(partial(suspects, self.lefts, hands)):
                intake.met(met)
            return Campaign(orders, intake, hands, canary=canary, done=self.done).run()


def prepare(orders: Orders, store: Store) -> Prepared:
    """Begin a run in the store, or take up one of the same subjects that was killed.

    Raises:
        StoreError: The disk refuses.
    """
    journals = store.folder / RUNNING
    journals.mkdir(parents=True, exist_ok=True)
    known = store.count()
    run = store.last_unfinished(orders.targets, orders.seed, orders.shard)
    ran_s: float | None = None
    moments: list[Progress] = []
    if run is not None:
        moments = store.progress(run.id)
        ran_s = max((one.at_s for one in moments), default=0.0)
        run = msgspec.structs.replace(
            run, mode=str(orders.mode), jobs=orders.jobs, limit_s=orders.seconds,
            has_canary=orders.canary is not None,
        )  # fmt: skip
        store.save_run(run)
    else:
        run = _new(orders)
        store.begin_run(run)
    own = run.id
    lefts = take_up(store, journals, is_over=lambda one: one == own or store.is_over(one))
    return Prepared(orders, store, run, ran_s, lefts, _done(moments, lefts, own), known)


def _new(orders: Orders) -> Run:
    return Run(
        id=secrets.token_hex(8),
        seed=secrets.randbelow(2**31) if orders.seed is None else orders.seed,
        mode=str(orders.mode), targets=orders.targets, jobs=orders.jobs, shard=orders.shard,
        limit_s=orders.seconds, began_at=time.time(), ended=Ended.RUNNING,
        has_canary=orders.canary is not None, is_strict=orders.is_strict,
        versions={"smcheck": smcheck.__version__, "python": platform.python_version()},
    )  # fmt: skip


def _done(moments: list[Progress], lefts: list[Left], run_id: str) -> Done:
    """Return the turns of this run that have begun: those are not had again."""
    had = [(one.target, *one.stint) for one in moments if one.stint[0] >= 0]
    cut = [left.stint for left in lefts if left.stint.run == run_id]
    return (*had, *((one.target, *one.place) for one in cut))


def _cpus(jobs: int) -> tuple[frozenset[int], ...]:
    """Return a CPU for each job, beginning anywhere: other campaigns may run here too."""
    if not hasattr(os, "sched_getaffinity"):
        return ()
    cpus = sorted(os.sched_getaffinity(0))
    start = os.getpid() % len(cpus)
    return tuple(frozenset([cpus[(start + job) % len(cpus)]]) for job in range(jobs))
