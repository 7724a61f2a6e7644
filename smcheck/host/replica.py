"""One machine instance, called the way its profile says. Makes calls, judges nothing.

Every method may be called only from a controlled task. What the machine raises comes out as
it is; who calls decides whether it was allowed to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from smcheck._faults import line_of, said
from smcheck.checkers.results import Kept
from smcheck.checkers.streams import check_reader_use, check_writer_use
from smcheck.checkers.updates import Given, check_returned
from smcheck.contract.profiles import PROFILES, Kind, Profile, has_method, kind_of
from smcheck.contract.types import Entry, Result, StopSignal
from smcheck.errors import UsageError
from smcheck.finding import Breach
from smcheck.host.files import FileCollection, hand_over
from smcheck.host.folders import Folders
from smcheck.host.streams import Image, ImageReader, ImageWriter, Stopped
from smcheck.runtime.patches import has_real_locks, model_locks_in
from smcheck.runtime.tasks import Abandon, current_task
from smcheck.subject import Subject


@dataclass(frozen=True, slots=True)
class Identity:
    """Which replica this is; not an input of the state (UPD-3)."""

    shard_id: int = 1
    replica_id: int = 1


_FIRST = Identity()


class NotMade(Exception):
    """The factory gave no machine but raised ``cause``."""

    def __init__(self, cause: BaseException) -> None:
        where = f"{said(cause)} at {line_of(cause)}"
        super().__init__(f"the factory gave no machine but raised {where}")
        self.cause = cause


def nothing() -> None:
    """Do nothing around a call."""


def _no_turn(operation: str) -> None:
    """Let an operation begin at once."""


_wanted: WeakKeyDictionary[Subject, frozenset[str]] = WeakKeyDictionary()
_slips: WeakKeyDictionary[Subject, bool] = WeakKeyDictionary()


def _slips_through(subject: Subject, machine: object) -> bool:
    """Return whether the subject's machines hold real locks, as its first machine tells."""
    if subject not in _slips:
        _slips[subject] = has_real_locks(machine)
    return _slips[subject]


class Replica:
    """A machine and the profile under which it is called.

    Attributes:
        machine: The user's object.
        folder: The machine's own folder, ``None`` for one that has none.
        opened: What ``open`` returned, ``None`` before it and for the other kinds.
        breaches: What was wrong with the shape of what ``update`` returned, with what a call
            wanted of its stream, with added files; first per clause.
        misfit: What came in place of a sound result when ``update`` was called last, empty where
            one came.
        kept: Results of all updates, for who wants to look at them again; ``None`` keeps none.
        resume: Called before each call of the machine; nothing by default.
        pause: Called after each.
        turn: Told before each call of ``update`` and ``commit`` that it comes, by its name.
        committed: Told after each commit.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        folders: Folders,
        identity: Identity = _FIRST,
        folder: Path | None = None,
        opens: bool = True,
    ) -> None:
        """Construct the machine, and open one that the host opens.

        Args:
            folder: What an earlier instance left; a new one unless given.
            opens: Leave ``open`` to the caller otherwise.

        Raises:
            NotMade: The factory raised.
        """
        self.resume = self.pause = nothing
        self.turn: Callable[[str], None] = _no_turn
        self.committed = nothing
        self._subject = subject
        self._folders = folders
        self.folder = folder
        self.machine = self._construct(identity)
        if _slips_through(subject, self.machine):
            model_locks_in(self.machine)
        self.kind = Kind(subject.kind) if subject.kind else kind_of(self.machine)
        self.profile = profile_of(subject, self.kind)
        self.breaches: dict[str, Breach] = {}
        self.misfit = ""
        self.kept: list[Kept] | None = None
        self.has_hash = "hash" not in subject.without and has_method(self.machine, "get_hash")
        self.opened: object = None
        if opens:
            self.open()

    @classmethod
    def recovered(
        cls, subject: Subject, image: Image, *, folders: Folders, identity: Identity = _FIRST
    ) -> Replica:
        """Return a new machine that recovered ``image``."""
        replica = cls.for_image(subject, folders=folders, identity=identity)
        replica.recover(image)
        return replica

    @classmethod
    def for_image(
        cls, subject: Subject, *, folders: Folders, identity: Identity = _FIRST
    ) -> Replica:
        """Return a new machine to recover an image into, opened where the host does so before."""
        replica = cls(subject, folders=folders, identity=identity, opens=False)
        if replica.profile.recovers_used:
            replica.open()
        return replica

    def _construct(self, identity: Identity) -> Any:
        wanted = _wanted_by(self._subject)
        arguments: dict[str, object] = {}
        if "shard_id" in wanted:
            arguments["shard_id"] = identity.shard_id
        if "replica_id" in wanted:
            arguments["replica_id"] = identity.replica_id
        if "directory" in wanted:
            self.folder = self.folder or self._folders.fresh()
            arguments["directory"] = self.folder
        try:
            return self._subject.machine(**arguments)
        except (Abandon, UsageError):
            raise
        except BaseException as error:
            raise NotMade(error) from error

    def open(self, stopped: StopSignal | None = None) -> object:
        """Make the first call of a machine, where the host has one, and return what came."""
        if self.profile.opens and hasattr(self.machine, "open"):
            self.opened = self._run(self.machine.open, stopped or Stopped())
        return self.opened

    def update(self, entries: list[Entry]) -> tuple[Result, ...]:
        """Apply one batch and return its results, as far as they have the right shape."""
        if self.profile.batches:
            given = Given.of(entries)
            returned = self._run(self.machine.update, entries)
            return self._results(given, returned)
        results: tuple[Result, ...] = ()
        for entry in entries:
            self.turn("update")
            given = Given.of([entry])
            results += self._results(given, self._run(self.machine.update, entry), single=True)
            if self.profile.commits:
                self.turn("commit")
                self._run(self.machine.commit)
                self.committed()
        return results

    def _results(
        self, given: Given, returned: object, *, single: bool = False
    ) -> tuple[Result, ...]:
        judged = check_returned(given, returned, single=single)
        for breach in judged.breaches:
            self.breaches.setdefault(breach.clause, breach)
        self.misfit = judged.misfit
        if self.kept is not None and not judged.breaches:
            triples = zip(given.indexes, judged.answers, judged.results, strict=True)
            self.kept += [Kept(*triple) for triple in triples]
        return judged.results

    def _run(self, method: Callable[..., Any], *args: object) -> Any:
        """Make one call of the machine, with points where they are delivered."""
        self.resume()
        task = current_task()
        if task is not None:
            task.calls += 1
        try:
            return method(*args)
        finally:
            self.pause()

    def lookup(self, query: object) -> object:
        """Ask; the query object is the machine's own from here on."""
        return self._run(self.machine.lookup, query)

    def prepare(self) -> object:
        """Return a context, ``None`` for the regular kind, which has no such call."""
        return self._run(self.machine.prepare_snapshot) if self.kind is not Kind.REGULAR else None

    def save(
        self, context: object, *, writer: ImageWriter | None = None, stopped: Stopped | None = None
    ) -> Image:
        """Save the state that ``context`` names and return the image.

        Args:
            writer: Takes the bytes; one without fault unless given.
            stopped: The signal; one that is never set unless given.
        """
        writer, files, stopped = writer or ImageWriter(), FileCollection(), stopped or Stopped()
        try:
            if self.kind is Kind.REGULAR:
                self._run(self.machine.save_snapshot, writer, files, stopped)
            elif self.kind is Kind.CONCURRENT:
                self._run(self.machine.save_snapshot, context, writer, files, stopped)
            else:
                self._run(self.machine.save_snapshot, context, writer, stopped)
        except BaseException as error:
            self._note(check_writer_use(error, writer))
            raise
        finally:
            writer._end()
        linked, breach = files._link(self._folders)
        self._note(breach)
        return Image(writer._image(), linked)

    def recover(
        self, image: Image, *, reader: ImageReader | None = None, stopped: Stopped | None = None
    ) -> None:
        """Replace the state by ``image``.

        Args:
            reader: Gives the bytes; one without fault unless given.
            stopped: The signal; one that is never set unless given.
        """
        reader, stopped = reader or ImageReader(image.data), stopped or Stopped()
        try:
            if self.kind is Kind.ON_DISK:
                self._run(self.machine.recover_from_snapshot, reader, stopped)
            else:
                files = hand_over(image.files, self._folders)
                self._run(self.machine.recover_from_snapshot, reader, files, stopped)
        except BaseException as error:
            if self.kind is not Kind.ON_DISK:
                self._note(check_reader_use(error, reader))
            raise

    def _note(self, breach: Breach | None) -> None:
        if breach is not None:
            self.breaches.setdefault(breach.clause, breach)

    def close(self) -> None:
        """Close the machine, where the host does so."""
        if self.profile.closes:
            self._run(self.machine.close)

    def get_hash(self) -> object:
        """Return the machine's own hash of its state."""
        return self._run(self.machine.get_hash)

    def sync(self) -> None:
        """Make the state durable; only the on-disk kind has to."""
        if self.kind is Kind.ON_DISK:
            self._run(self.machine.sync)


def profile_of(subject: Subject, kind: Kind) -> Profile:
    """Return how the subject's library calls machines of ``kind``.

    Raises:
        UsageError: The library has no machines of that kind.
    """
    kinds = PROFILES[subject.profile]
    if kind not in kinds:
        raise UsageError(
            f"{subject.name}: profile {subject.profile!r} plays "
            f"{', '.join(kinds)} machines, got a {kind} one: choose another profile or kind"
        )
    profile = kinds[kind]
    return profile.with_concurrent_hash() if subject.concurrent_hash else profile


def _wanted_by(subject: Subject) -> frozenset[str]:
    """Return which arguments the factory names; looking costs more than a small machine."""
    if subject not in _wanted:
        _wanted[subject] = subject.factory_arguments()
    return _wanted[subject]
