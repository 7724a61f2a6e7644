"""Single calls that go wrong, on replicas made for it, and what is seen of them afterwards.

Facts only. Everything here runs on a controlled task; a call that waits for ever ends all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from smcheck.checkers.observations import Observation
from smcheck.checkers.streams import chain
from smcheck.contract.profiles import Kind
from smcheck.contract.types import Result, SnapshotAborted, SnapshotStopped
from smcheck.errors import UsageError
from smcheck.history import Outcome
from smcheck.host.board import Board
from smcheck.host.entries import PrivateEntries
from smcheck.host.folders import Folders
from smcheck.host.life import ask_all, lookup, raised
from smcheck.host.replica import Replica
from smcheck.host.streams import Image, ImageReader, ImageWriter, Stopped
from smcheck.plan import Command
from smcheck.runtime.clock import pause
from smcheck.runtime.tasks import Abandon
from smcheck.runtime.threads import settle
from smcheck.subject import Subject
from smcheck.values import freeze

T = TypeVar("T")


class NoTrial(Exception):
    """A replica for a trial raised where others did not: the machine is not steady."""


@dataclass(frozen=True, slots=True)
class Came(Generic[T]):
    """How a call came out.

    Attributes:
        value: What it returned, ``None`` if it raised.
        outcome: The exception, ``None`` if it returned.
        is_aborted: It was ``SnapshotAborted``.
        is_stopped: It was ``SnapshotStopped``.
        is_crash: It was no ``Exception``: it takes the process with it.
        has_own: The exception that the fault itself raised is it, or in what it came from.
    """

    value: T | None = None
    outcome: Outcome | None = None
    is_aborted: bool = False
    is_stopped: bool = False
    is_crash: bool = False
    has_own: bool = False

    @property
    def text(self) -> str:
        """The exception as reports print it."""
        return self.outcome.value.text if self.outcome else "no exception"


def not_called() -> Came[None]:
    """Return what stands for a call that was not made.

    No ``Came[None]()``: on 3.11 an alias cannot make a frozen object with slots.
    """
    return Came()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a replica showed of an image that it recovered.

    Attributes:
        came: How recover came out.
        failed: What an entry after it raised, ``None`` if none did.
        results: Of the rest of the log, as far as it was applied.
        observations: After recover, and after the rest of the log.
    """

    came: Came[None]
    failed: Outcome | None = None
    results: tuple[Result, ...] = ()
    observations: tuple[Observation, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing raised."""
        return self.came.outcome is None and self.failed is None


@dataclass(slots=True)
class Noted:
    """A call that was made, for people: its operation, its command, what it gave or raised."""

    operation: str
    command: Command | None = None
    results: tuple[Result, ...] = ()
    error: str = ""


class Trials:
    """Make replicas that lived through one log, and single calls on them.

    Attributes:
        noted: Every call so far; each construction begins another replica.
    """

    def __init__(
        self,
        subject: Subject,
        log: Sequence[Command],
        queries: Sequence[object],
        *,
        folders: Folders,
        board: Board,
    ) -> None:
        self._subject = subject
        self._log = log
        self._queries = queries
        self._folders = folders
        self._board = board
        self._entries = PrivateEntries(buffers=subject.buffers)
        self.noted: list[Noted] = []

    def grown(self, version: int) -> Replica:
        """Return a replica that lived through the log up to ``version``.

        Raises:
            NoTrial: It raised.
        """

        def make() -> Replica:
            replica = Replica(self._subject, folders=self._folders)
            self.apply(replica, 0, version)
            return replica

        return self._made(make)

    def fresh(self) -> Replica:
        """Return a replica into which an image may be recovered, as a host makes it for that.

        Raises:
            NoTrial: It raised.
        """
        return self._made(lambda: Replica.for_image(self._subject, folders=self._folders))

    def left(self, version: int) -> Path:
        """Return the folder of a replica that synced the log up to ``version`` and was closed.

        Raises:
            NoTrial: It raised.
        """

        def make() -> Replica:
            replica = self.grown(version)
            replica.sync()
            replica.close()
            return replica

        folder = self._made(make).folder
        assert folder is not None
        return folder

    def on_folder(self, folder: Path) -> Replica:
        """Return a replica on what another one left, not yet opened.

        Raises:
            NoTrial: It raised.
        """
        make = partial(
            Replica, self._subject, folders=self._folders, folder=folder, opens=False
        )  # fmt: skip
        return self._made(make)

    def _made(self, make: Callable[[], Replica]) -> Replica:
        came = self.call("construct", make)
        if came.value is None:
            raise NoTrial(came.text)
        return came.value

    def apply(self, replica: Replica, start: int, stop: int) -> tuple[Result, ...]:
        """Apply a part of the log, one entry at a time."""
        results: list[Result] = []
        for command in self._log[start:stop]:
            self._between()
            results += replica.update(self._entries.hand_out([command]))
            self.noted.append(Noted("update", command=command, results=tuple(results[-1:])))
        return tuple(results)

    def save(
        self,
        replica: Replica,
        *,
        writer: ImageWriter | None = None,
        stopped: Stopped | None = None,
        own: Exception | None = None,
        note: Callable[[object], None] = lambda context: None,
    ) -> Came[Image]:
        """Prepare and save.

        Args:
            own: The exception that the writer raises.
            note: Called with the context, between the two.
        """
        context = self.call("prepare", replica.prepare)
        if context.outcome is not None:
            return Came(None, context.outcome, is_aborted=context.is_aborted)
        note(context.value)
        return self.call(
            "save", lambda: replica.save(context.value, writer=writer, stopped=stopped), own=own
        )

    def recover(
        self,
        replica: Replica,
        image: Image,
        *,
        reader: ImageReader | None = None,
        stopped: Stopped | None = None,
    ) -> Came[None]:
        """Recover, and make it durable where the machine keeps files of its own."""
        came = self.call("recover", lambda: replica.recover(image, reader=reader, stopped=stopped))
        if came.outcome is None and replica.kind is Kind.ON_DISK:
            return self.call("sync", replica.sync)
        return came

    def show(self, came: Came[None], replica: Replica, version: int) -> Shown:
        """Return what a replica shows that recovered an image of ``version``."""
        if came.outcome is not None:
            return Shown(came)
        seen = self.ask(replica)
        results: tuple[Result, ...] = ()
        for position in range(version, len(self._log)):
            try:
                results += self.apply(replica, position, position + 1)
            except (Abandon, UsageError):
                raise
            except BaseException as error:
                return Shown(came, raised(error), results, (seen,))
        last = (self.ask(replica),) if version < len(self._log) else ()
        return Shown(came, None, results, (seen, *last))

    def ask(self, replica: Replica) -> Observation:
        """Return everything that can be seen of a replica at rest."""
        return ask_all(replica, self._subject, self._queries)

    def ask_lookups(self, replica: Replica) -> Observation:
        """Return the answers alone: where only lookups may still come."""
        settle()
        if "lookups" in self._subject.without:
            return ()
        queries = (*self._queries, *self._subject.probes)
        return tuple((f"lookup({freeze(q).text})", lookup(replica, q).value) for q in queries)

    def call(self, name: str, make: Callable[[], T], *, own: Exception | None = None) -> Came[T]:
        """Make one call and return how it came out."""
        self._between()
        self._board.begin(name)
        # Before it: the construction of a replica lives through the log.
        noted = Noted(name)
        self.noted.append(noted)
        try:
            return Came(make())
        except (Abandon, UsageError):
            raise
        except BaseException as error:
            has_own = any(one is own for one in chain(error))
            outcome = raised(error)
            noted.error = outcome.value.text
            return Came(
                None, outcome,
                is_aborted=isinstance(error, SnapshotAborted),
                is_stopped=isinstance(error, SnapshotStopped),
                is_crash=not isinstance(error, Exception),
                has_own=has_own,
            )  # fmt: skip
        finally:
            self._board.end()
            if own is not None:
                # It must not hold the machine's frames: they keep alive what they name.
                own.__traceback__ = own.__context__ = own.__cause__ = None

    def _between(self) -> None:
        pause()
        settle()
