"""The hands of a campaign on a cluster: every stint and every replay is a task of a worker.

What a worker finds comes back as it is met, and once more with the answer; whatever came twice
is heard once.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import msgspec
import trio

from smcheck._reading import read_witness
from smcheck.campaign.asked import Met, Stint
from smcheck.campaign.canary import canary_in
from smcheck.campaign.cluster.link import LEASE_S, Ask, Link, Lost
from smcheck.campaign.cluster.versions import BASICS, name_of, refusal
from smcheck.campaign.cluster.wire import Answer, Order, Told, to_bytes
from smcheck.campaign.journal import Journal, JournalError
from smcheck.campaign.running import Broken, Died, Hands, Outcome
from smcheck.campaign.warden import MARK
from smcheck.cli.messages import Progress, Replayed
from smcheck.cli.supervisor import Limits
from smcheck.engine.witness import Witness
from smcheck.engine.witness import to_bytes as witness_bytes
from smcheck.errors import ClusterError, InternalError, UsageError
from smcheck.finding import SubjectReport

_END_S = 5.0
"""How long the workers have for ending what is no longer wanted."""


@dataclass(slots=True, kw_only=True)
class ClusterHands(Hands):
    """Run stints and replays on a cluster.

    Args:
        link: Connected.
        versions: What must be the same on the workers, by name.
    """

    link: Link
    versions: dict[str, str]
    _limiter: trio.CapacityLimiter = field(init=False)

    def __post_init__(self) -> None:
        self._limiter = trio.CapacityLimiter(self._count)
        self.link.hold(self.campaign)

    @property
    def campaign(self) -> str:
        """The id of the campaign."""
        return self.marks[MARK]

    @property
    def _count(self) -> int:
        return max(1, self.link.count)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of as many slots as the cluster has now: workers come and go."""
        self._limiter.total_tokens = self._count
        async with self._limiter:
            yield
        self._limiter.total_tokens = self._count

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        """Run a stint on a worker and return what came of it; findings are heard as they are met.

        Raises:
            JournalError: The disk of the worker is full, or the one here.
            ClusterError: The cluster is gone, or a worker is not what it must be.
        """
        # Nobody writes to it: it tells the campaign that comes after a crash what had begun.
        path = self.journals / f"{stint.run}-{secrets.token_hex(8)}.jsonl"
        Journal.begin(path, stint)
        talk = _Talk(hear)
        try:
            answer = await self._ask(self._order(stint.target, stint=stint), talk)
        except Lost as error:
            how = f"the cluster lost it: {error}"
            return Died(how, b"", "", None, stint.target, talk.report)
        finally:
            path.unlink(missing_ok=True)
        outcome = answer.worked or answer.died or answer.refused or answer.broken
        return outcome or Broken(f"a worker of the cluster answered with nothing: {answer!r:.1000}")

    async def replay(self, witness: Witness | Path, *, job: int = 0) -> Replayed:
        """Replay a witness on a worker, that of a file or one that has none yet.

        Raises:
            UsageError: The file or its target is not what it must be.
            InternalError: smcheck failed.
            ClusterError: As for ``work``.
        """
        data = witness_bytes(witness) if isinstance(witness, Witness) else read_witness(witness)
        try:
            answer = await self._ask(self._order(_target_in(data), witness=data), _Talk(_nobody))
        except Lost as error:
            return Replayed("cannot be replayed", reason=f"the cluster lost it: {error}")
        if answer.broken is not None:
            raise InternalError(answer.broken.traceback)
        if answer.usage or answer.replayed is None:
            raise UsageError(answer.usage or "a worker of the cluster answered with nothing")
        return answer.replayed

    def _order(self, target: str, *, stint: Stint | None = None, witness: bytes = b"") -> Order:
        is_built_in = target == canary_in(self.folder)
        expected = expected_of(self.versions, [] if is_built_in or not target else [target])
        return Order(
            id=f"{self.campaign}-{secrets.token_hex(8)}", campaign=self.campaign, lease_s=LEASE_S,
            limits=self.limits, is_memory_own=self.limits.memory_bytes == Limits().memory_bytes,
            versions=expected, target="" if is_built_in else target, stint=stint, witness=witness,
        )  # fmt: skip

    async def _ask(self, order: Order, talk: _Talk) -> Answer:
        """Give an order and return the answer, after everything that was met has been heard.

        Raises:
            Lost: Its workers are no more.
        """
        talk.begin(trio.lowlevel.current_trio_token())
        ask = self.link.ask(order.id, to_bytes(order), talk.tell, talk.wake)
        try:
            answer = await talk.until_answered(ask)
        except trio.Cancelled:
            self.link.end(ask)
            with trio.move_on_after(_END_S, shield=True):
                await talk.until_answered(ask)
            raise
        except BaseException:
            self.link.end(ask)
            raise
        finally:
            self.link.forget(ask)
        if answer.full:
            raise JournalError(f"on a worker of the cluster: {answer.full}")
        if answer.unequal is not None:
            raise ClusterError(refusal(answer.unequal, f"the worker {answer.worker}"))
        return answer


def expected_of(versions: dict[str, str], targets: Iterable[str]) -> dict[str, str]:
    """Return what must be the same for some of the targets, out of what must be for all."""
    names = {*BASICS, *map(name_of, targets)}
    return {name: version for name, version in versions.items() if name in names}


def _target_in(witness: bytes) -> str:
    """Return whose case a witness is; empty where that is no witness."""
    try:
        return msgspec.json.decode(witness, type=_Whose).target
    except msgspec.DecodeError:
        return ""


class _Whose(msgspec.Struct):
    target: str = ""


def _nobody(message: Met | Progress) -> None:
    """Hear what comes of a replay meanwhile."""


@dataclass(slots=True)
class _Talk:
    """What is told of one order, brought from the thread of the link to that of the campaign."""

    hear: Callable[[Met | Progress], None]
    report: SubjectReport | None = None
    heard: set[str] = field(default_factory=set)
    token: trio.lowlevel.TrioToken = field(init=False)
    put: trio.MemorySendChannel[Told | Progress | None] = field(init=False)
    come: trio.MemoryReceiveChannel[Told | Progress | None] = field(init=False)

    def begin(self, token: trio.lowlevel.TrioToken) -> None:
        """Have a place for what is told."""
        self.token = token
        self.put, self.come = trio.open_memory_channel[Told | Progress | None](inf)

    def tell(self, message: Told | Progress | None) -> None:
        """Take in what is told, in any thread."""
        with suppress(trio.RunFinishedError):
            self.token.run_sync_soon(self.put.send_nowait, message)

    def wake(self) -> None:
        """Take in that the answer is there, in any thread."""
        self.tell(None)

    async def until_answered(self, ask: Ask) -> Answer:
        """Have everything heard that is told, and return the answer."""
        async for message in self.come:
            match message:
                case Told():
                    self._hear(message.met)
                case Progress():
                    self.report = message.report
                    self.hear(message)
                case None:
                    break
        answer = ask.future.result()
        for met in answer.met:
            self._hear(met)
        return answer

    def _hear(self, met: Met) -> None:
        signature = met.sighting.finding.signature
        if signature not in self.heard:
            self.heard.add(signature)
            self.hear(met)
