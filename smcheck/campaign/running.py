"""Run one stint, or one replay, in a process of its own, and say what came of it.

The supervisor's side of a worker. Whatever the machine does to the process, it comes back with
an answer, and nothing of the process is left.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from smcheck.campaign.asked import DiskFull, Met, Stint, Worked
from smcheck.campaign.defects import traits_of
from smcheck.campaign.journal import Journal, JournalError, Left, read_journal
from smcheck.campaign.records import Sighting
from smcheck.campaign.store.files import RUNNING
from smcheck.cli.death import CHECK, explain
from smcheck.cli.listener import Listener
from smcheck.cli.messages import Message, Progress, Replayed, Request
from smcheck.cli.replay import outcome_of, peek
from smcheck.cli.supervisor import Ending, Limits, supervise
from smcheck.engine.draft import filled
from smcheck.engine.witness import Witness, store, to_bytes
from smcheck.errors import CampaignError, InternalError, UsageError
from smcheck.finding import Finding, SubjectReport

HASH_SEED = "0"
"""Of workers; their twins have others."""


@dataclass(frozen=True, slots=True)
class Died:
    """A worker did not come to the end of its stint.

    Attributes:
        how: What became of it, for people.
        case: The case that was begun last, empty before any.
        stacks: Of all its threads.
        finding: What it means if the case does it again; ``None`` if nothing of the machine's.
        report: How far it was.
    """

    how: str
    case: bytes
    stacks: str
    finding: Finding | None
    subject: str
    report: SubjectReport | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The target or the subject is not what it must be."""

    why: str


@dataclass(frozen=True, slots=True)
class Broken:
    """smcheck itself failed; the traceback says where."""

    traceback: str
    case: bytes = b""


Outcome = Worked | Died | Refused | Broken


class Workers(Protocol):
    """Who does the work of a campaign: processes of this computer, or a cluster."""

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Return what a job holds while it has a turn; it waits where there are more jobs."""
        ...

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        """Run a stint and return what came of it; findings are heard as they are met."""
        ...

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        """Run the case that ended a worker once more; return a finding if it does so again."""
        ...

    async def replay(self, witness: Witness | Path, *, job: int = 0) -> Replayed:
        """Replay a witness, that of a file or one that has none yet."""
        ...


@dataclass(slots=True)
class Hands:
    """Run processes for one campaign.

    Args:
        folder: Of the store; journals lie below it.
        limits: What a worker may take.
        marks: Variables in the environment of every process, by which they are found again.
        cpus: CPUs of each job, by its number; empty for any.
    """

    folder: Path
    limits: Limits
    marks: dict[str, str] = field(default_factory=dict)
    cpus: tuple[frozenset[int], ...] = ()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold nothing: every job has a process of its own."""
        yield

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        """Run a stint and return what came of it; findings are heard as they are met.

        Raises:
            JournalError: The disk is full.
        """
        path = self.journals / f"{stint.run}-{secrets.token_hex(8)}.jsonl"
        Journal.begin(path, stint)
        talk = _Talk(hear)
        request = Request("fuzz", targets=(stint.target,), journal=str(path))
        left: Left | None = None
        try:
            ending = await self._supervise(request, talk.hear, job=job)
        finally:
            if talk.worked is None:
                # What was met and not told any more, because somebody ended the worker, is there.
                left = read_journal(path)
                talk.catch_up(left)
            path.unlink(missing_ok=True)
        if talk.full:
            raise JournalError(talk.full)
        return talk.worked or _ended(ending, talk, left.case if left else b"")

    async def _supervise(
        self, request: Request, hear: Callable[[Message], None], *,
        job: int, hash_seed: str = HASH_SEED,
    ) -> Ending:  # fmt: skip
        cpus = self.cpus[job % len(self.cpus)] if self.cpus else frozenset[int]()
        return await supervise(
            request, hear, hash_seed=hash_seed, limits=self.limits, marks=self.marks, cpus=cpus
        )

    @property
    def journals(self) -> Path:
        """The folder of what runs."""
        return self.folder / RUNNING

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        """Run the case that ended a worker once more; return a finding if it ends this one too.

        What came once may have come from outside, and accuses nobody.
        """
        finding = died.finding
        if finding is None or not died.case:
            return None
        try:
            witness = filled(msgspec.json.decode(died.case, type=Witness), finding)
        except msgspec.DecodeError:
            return None
        try:
            replayed = await self.replay(witness, job=job)
        except CampaignError:
            raise
        except (UsageError, InternalError):
            return None
        if replayed.status != "still fails" and not _is_like(replayed.finding, finding):
            return None
        sighting = Sighting(
            target=stint.target, subject=died.subject, finding=finding,
            traits=traits_of(finding, None), witness=to_bytes(witness), stacks=died.stacks,
            stint=stint.place,
        )  # fmt: skip
        return Met(sighting, finding.breach.key)

    async def replay(self, witness: Witness | Path, *, job: int = 0) -> Replayed:
        """Replay a witness, that of a file or one that has none yet.

        Raises:
            UsageError: The file or its target is not what it must be.
            InternalError: smcheck failed.
        """
        if isinstance(witness, Witness):
            with tempfile.TemporaryDirectory(dir=self.journals, prefix="case-") as name:
                path = store(witness, Path(name), clause=witness.breach.clause)
                return await self.replay(path, job=job)
        stored, listener = peek(witness), Listener()
        request = Request("replay", witness=str(witness))
        ending = await self._supervise(request, listener.hear, job=job, hash_seed=stored.hash_seed)
        return outcome_of(listener, ending, stored)


def _is_like(other: Finding | None, finding: Finding) -> bool:
    """Return whether a process ended at the same place, be it in another way.

    What takes much memory takes long, too: which limit is met first is a matter of chance.
    """
    if other is None or other.breach.check != CHECK:
        return False
    places = [(one.location.file, one.location.line) for one in (other, finding)]
    return other.breach.clause == finding.breach.clause and places[0] == places[1]


def _ended(ending: Ending, talk: _Talk, case: bytes) -> Outcome:
    """Return what the end of a worker means that did not come to the end of its stint."""
    listener = talk.listener
    if listener.broken:
        return Broken(listener.broken, case)
    if listener.usage:
        return Refused(listener.usage)
    resolved = listener.resolved[-1] if listener.resolved else None
    if resolved is None:
        return Refused(explain(ending, None).reason)
    death = explain(ending, resolved, is_strict=True)
    return Died(death.reason, case, ending.stacks, death.finding, resolved.name, talk.report)


@dataclass(slots=True)
class _Talk:
    """What a worker said so far."""

    told: Callable[[Met | Progress], None]
    listener: Listener = field(default_factory=Listener)
    worked: Worked | None = None
    report: SubjectReport | None = None
    full: str = ""
    heard: int = 0

    def catch_up(self, left: Left | None) -> None:
        """Hear the findings of a journal that have not been heard."""
        for met in left.met[self.heard :] if left else ():
            self.hear(met)

    def hear(self, message: Message) -> None:
        match message:
            case Met():
                self.heard += 1
                self.told(message)
            case Progress():
                self.report = message.report
                self.told(message)
            case Worked():
                self.worked = message
            case DiskFull():
                self.full = message.text
            case _:
                self.listener.hear(message)
