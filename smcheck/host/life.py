"""One sequential life of a machine: what twins are made of.

A script says what happens, step by step on one thread; the life that comes out is plain facts
with text forms, so that lives from other processes compare like those from this one.
"""

from __future__ import annotations

import traceback
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from smcheck._faults import ask_helper
from smcheck.checkers.observations import Observation
from smcheck.checkers.results import check_kept
from smcheck.contract.types import Entry, Result, SnapshotAborted
from smcheck.errors import UsageError
from smcheck.finding import Breach, Location
from smcheck.history import Outcome
from smcheck.host.board import Board
from smcheck.host.donors import donate
from smcheck.host.entries import PrivateEntries, ReusedEntries
from smcheck.host.files import LinkedFile
from smcheck.host.folders import Folders
from smcheck.host.queries import LentQueries, own_copy
from smcheck.host.replica import Identity, Replica
from smcheck.host.script import HASH as HASH
from smcheck.host.script import CatchUp as CatchUp
from smcheck.host.script import Life as Life
from smcheck.host.script import Moment as Moment
from smcheck.host.script import Observe as Observe
from smcheck.host.script import Open as Open
from smcheck.host.script import Restart as Restart
from smcheck.host.script import Script as Script
from smcheck.host.script import StartAgain as StartAgain
from smcheck.host.script import Step as Step
from smcheck.host.streams import Image
from smcheck.plan import Close, Command, Lookup, Prepare, Recover, Save, Sync, Update
from smcheck.runtime.clock import pause
from smcheck.runtime.graph import path_to
from smcheck.runtime.tasks import Abandon
from smcheck.runtime.threads import settle
from smcheck.subject import Subject
from smcheck.values import Frozen, freeze, freeze_exception


def ignore(replica: Replica) -> None:
    """Take no notice of an instance."""


def ask_all(
    replica: Replica,
    subject: Subject,
    queries: Sequence[object],
    *,
    asks_hash: bool = True,
    lent: LentQueries | None = None,
) -> Observation:
    """Return everything that can be seen of a machine at rest; see ``lookup`` for ``lent``."""
    settle()
    seen: list[tuple[str, Frozen]] = []
    if "lookups" not in subject.without:
        seen += [
            (f"lookup({freeze(query).text})", lookup(replica, query, lent=lent).value)
            for query in (*queries, *subject.probes)
        ]
    if subject.observe is not None:
        observed = ask_helper(subject.name, "observe", subject.observe, replica.machine)
        seen.append(("observe", freeze(observed)))
    if replica.has_hash and asks_hash:
        seen.append((HASH, answered(replica.get_hash).value))
    return tuple(seen)


def lookup(replica: Replica, query: object, *, lent: LentQueries | None = None) -> Outcome:
    """Ask one query, with an object of its own, and freeze what comes.

    Args:
        lent: Takes that object back afterwards; without it the object is the machine's own.
    """
    own = own_copy(query)
    if lent is not None:
        lent.lend(own)
    outcome = answered(lambda: replica.lookup(own))
    if lent is not None:
        lent.take_back(own, replica.machine)
    return outcome


def answered(ask: Callable[[], object]) -> Outcome:
    """Freeze what comes; an exception is an answer too."""
    try:
        return Outcome(freeze(ask()))
    except Abandon:
        raise
    except BaseException as error:
        return raised(error)


def raised(error: BaseException) -> Outcome:
    """Return the outcome of a call that raised; the exception forgets where it came from.

    A machine may raise one and the same object each time, and Python would then hang each
    stack before all the earlier ones: looking at them would take longer and longer.
    """
    frames = tuple(
        Location(frame.f_code.co_filename, line, frame.f_code.co_qualname)
        for frame, line in traceback.walk_tb(error.__traceback__)
    )
    # Not by assignment: a class of the machine's own may forbid that.
    BaseException.with_traceback(error, None)
    return Outcome(freeze_exception(error), raised=True, error=type(error).__name__, frames=frames)


class Living:
    """Live one script; the calls of ``live`` happen on one controlled task."""

    def __init__(
        self,
        subject: Subject,
        script: Script,
        *,
        folders: Folders,
        board: Board,
        around: Callable[[int], AbstractContextManager[object]] = nullcontext,
        watch: Callable[[Replica], None] = ignore,
    ) -> None:
        """Note what to live.

        Args:
            around: Entered around each step, with its number.
            watch: Told of each instance that lives, not of those that donate an image.
        """
        self._around = around
        self._watch = watch
        self._subject = subject
        self._script = script
        self._folders = folders
        self._board = board
        self._entries: PrivateEntries | ReusedEntries = (
            ReusedEntries(buffers=subject.buffers)
            if script.reuse
            else PrivateEntries(buffers=subject.buffers)
        )
        self._lent = LentQueries() if script.overwrites else None
        self._breaches: dict[str, Breach] = {}
        self._context: object = None
        self._is_prepared = True
        self._image: Image | None = None
        self._linked: list[LinkedFile] = []
        self._neighbour: Replica | None = None
        self._identity = Identity(script.shard_id, script.replica_id)
        self.version = 0

    def live(self) -> Life:
        """Make every step and return what was seen."""
        self._board.applied, self._board.latest = 0, ""
        if self._script.earlier:
            self._live_before()
        self._replica = self._first()
        if self._script.neighbour:
            self._neighbour = self._new()
        moments: list[Moment] = []
        for number, step in enumerate(self._script.steps):
            with self._around(number):
                moment = self._make(step)
            moments.append(moment)
            if moment.outcome and moment.outcome.raised and not self._goes_on(step):
                break
        noted = {**self._look_at_files(), **self._breaches, **self._replica.breaches}
        breaches = [*noted.values()]
        breaches += check_kept(self._replica.kept or ())
        breaches += self._lent.breaches() if self._lent else []
        data = self._image.data if self._image else None
        return Life(tuple(moments), tuple(breaches), data, len(self._linked))

    def _goes_on(self, step: Step) -> bool:
        """Return whether the host makes further calls after ``step`` raised."""
        return isinstance(step, (Lookup, Close)) or (
            self._script.goes_on and isinstance(step, Update)
        )

    def _first(self) -> Replica:
        folder = self._script.folder
        return self._on_folder(Path(folder)) if folder else self._new()

    def _on_folder(self, folder: Path | None) -> Replica:
        """Return an instance on a folder, not yet opened."""
        replica = Replica(
            self._subject, folders=self._folders, identity=self._identity,
            folder=folder, opens=False,
        )  # fmt: skip
        self._watch(replica)
        return replica

    def _start_again(self) -> Outcome:
        self._breaches.update(self._replica.breaches)
        self._replica = self._on_folder(self._replica.folder)
        return Outcome(freeze(self._replica.open()))

    def _new(self) -> Replica:
        replica = Replica(self._subject, folders=self._folders, identity=self._identity)
        replica.kept = [] if self._script.keeps else None
        self._watch(replica)
        return replica

    def _make(self, step: Step) -> Moment:
        name = type(step).__name__.lower()
        pause()
        settle()
        self._board.applied = self.version
        self._board.begin(name)
        try:
            if isinstance(step, Observe):
                seen = ask_all(
                    self._replica, self._subject, self._script.queries,
                    asks_hash=self._script.asks_hash, lent=self._lent,
                )  # fmt: skip
                return Moment(step, observation=seen)
            return Moment(step, self._call(step))
        except SnapshotAborted as error:
            # Legal at any time: the snapshot is dropped and the life goes on (SAV-8).
            return Moment(step, replace(raised(error), raised=False))
        except (Abandon, UsageError):
            raise
        except BaseException as error:
            drops = isinstance(error, Exception) and self._replica.profile.only_drops(name)
            return Moment(step, replace(raised(error), raised=not drops))
        finally:
            self._board.end()

    def _call(self, step: Step) -> Outcome:
        done = Outcome(freeze(None))
        if isinstance(step, Update):
            return self._update(step)
        if isinstance(step, Lookup):
            return lookup(self._replica, self._script.queries[step.query], lent=self._lent)
        if isinstance(step, Prepare):
            self._is_prepared = False
            self._context = self._replica.prepare()
            self._is_prepared = True
        elif isinstance(step, Save):
            if self._is_prepared:
                self._save()
        elif isinstance(step, Recover):
            log = self._script.log[: step.upto]
            self._replica.recover(donate(self._subject, log, folders=self._folders))
            self._replica.sync()
            self.version = step.upto
        elif isinstance(step, Sync):
            self._replica.sync()
        elif isinstance(step, Open):
            return Outcome(freeze(self._replica.open()))
        elif isinstance(step, StartAgain):
            return self._start_again()
        elif isinstance(step, CatchUp):
            return self._catch_up()
        elif isinstance(step, Restart):
            self._restart()
        else:
            self._replica.close()
        return done

    def _save(self) -> None:
        context, self._context = self._context, None
        self._image = self._replica.save(context)
        self._linked += self._image.files

    def _restart(self) -> None:
        if self._image is None:
            return
        self._breaches.update(self._replica.breaches)
        # Before it recovers: what the host notes of that is found with this replica.
        self._replica = Replica.for_image(
            self._subject, folders=self._folders, identity=self._identity
        )
        self._watch(self._replica)
        self._replica.recover(self._image)

    def _look_at_files(self) -> dict[str, Breach]:
        """Look at the files of every image again, after all calls."""
        found = (file.later() for file in self._linked)
        breach = next((one for one in found if one is not None), None)
        return {} if breach is None else {breach.clause: breach}

    def _update(self, step: Update) -> Outcome:
        commands = self._script.log[step.start : step.stop]
        if self._neighbour is not None:
            backwards = tuple(reversed(self._script.log))[step.start : step.stop]
            self._disturb(self._neighbour, commands, backwards)
        results, refs = self._apply(commands)
        self.version = step.stop
        if any(ref() is not None for ref in refs):
            self._look_for_retained(refs)
        misfit = self._replica.misfit if self._script.goes_on else ""
        value = Frozen(misfit, misfit) if misfit else freeze(None)
        return Outcome(value, results=results)

    def _catch_up(self) -> Outcome:
        opened = self._replica.opened
        results: tuple[Result, ...] = ()
        for command in self._script.log:
            if isinstance(opened, int) and command.index > opened:
                results += self._apply((command,))[0]
        return Outcome(freeze(None), results=results)

    def _disturb(
        self, neighbour: Replica, commands: Sequence[Command], other: Sequence[Command]
    ) -> None:
        pairs = zip(commands, other, strict=True)
        try:
            neighbour.update([Entry(mine.index, his.cmd) for mine, his in pairs])
        except Exception:
            # The reversed log may be one that the machine refuses: then nobody disturbs.
            self._neighbour = None

    def _live_before(self) -> None:
        """Let an instance apply the reversed log, as far as it takes it, and be closed."""
        other = self._new()
        log = self._script.log
        try:
            for mine, his in zip(log, reversed(log), strict=True):
                other.update([Entry(mine.index, his.cmd)])
            other.close()
        except Exception:
            return

    def _apply(
        self, commands: Sequence[Command]
    ) -> tuple[tuple[Result, ...], list[weakref.ref[Entry]]]:
        """Apply and drop every reference of our own, so that a live entry is the machine's."""
        entries = self._entries.hand_out(commands)
        is_ours = self._script.reuse or self._script.keeps
        watches = self._replica.profile.reuses_entries and not is_ours
        refs = [weakref.ref(entry) for entry in entries] if watches else []
        results = self._replica.update(entries)
        self._entries.take_back(entries)
        return results, refs

    def _look_for_retained(self, refs: list[weakref.ref[Entry]]) -> None:
        if "UPD-4" in self._breaches:
            return
        # Only what the machine can reach counts: garbage and tracebacks are not walked.
        kept = [entry for entry in (ref() for ref in refs) if entry is not None]
        path = path_to(self._replica.machine, kept) if kept else None
        if path is not None:
            self._breaches.setdefault("UPD-4", retained(path))


def retained(path: str) -> Breach:
    """Return the breach of a machine that still holds an entry after ``update`` returned."""
    return Breach(
        "UPD-4",
        "retained",
        "update keeps a reference to an entry that belongs to the host",
        "expected no reference to the list or to an Entry once update has returned, "
        f"got one at {path}: the host overwrites these objects and hands them out again; "
        "keep entry.cmd or a value decoded from it",
        method="update",
        evidence=(("path", path),),
    )


def live(subject: Subject, script: Script, *, folders: Folders, board: Board | None = None) -> Life:
    """Let a machine live through ``script`` on the calling task and return what it showed.

    Construction may raise whatever the factory raises; steps that raise end the life, and
    their outcome says so.
    """
    return Living(subject, script, folders=folders, board=board or Board.private()).live()
