"""What contexts leave behind: files that stay open, objects that the machine still holds.

One of anything is no leak. Only what grows with every round counts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from smcheck.contract.profiles import Kind
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.trial import attempt, middle, trials
from smcheck.engine.world import StuckLife
from smcheck.finding import Breach, Severity
from smcheck.host.faults import FailingWriter, disk_full, stream_lost
from smcheck.host.replica import Replica
from smcheck.host.trials import Trials
from smcheck.runtime.descriptors import open_files
from smcheck.runtime.graph import path_to, reachable

_ROUNDS = 4
_LIMIT = 10_000
"""Objects of a machine beyond which nobody looks for those of its contexts."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What some rounds on one replica left.

    Attributes:
        files: How many more files were open after each round.
        objects: Of how many rounds the machine still holds something that prepare made.
        path: How it reaches one.
    """

    files: tuple[int, ...] = ()
    objects: int = 0
    path: str = ""

    @property
    def grows_files(self) -> bool:
        """Whether each round left one more at least."""
        return all(left < right for left, right in pairwise((0, *self.files)))


Note = Callable[[object], None]
Round = Callable[[Trials, Replica, Note], bool]
"""Prepare once, note the context and end in some way; whether it ended as it was meant to."""


def check_leaks(ask: Ask) -> list[Breach]:
    """Save to failing writers and drop contexts, over and over, and look at what is left."""
    if "snapshots" in ask.world.subject.without or ask.world.kind is Kind.REGULAR:
        return []
    try:
        return _after_failures(ask) or _after_drops(ask)
    except StuckLife:
        return []  # check_writers and check_abandons say it


def _after_failures(ask: Ask) -> list[Breach]:
    failed = _left(ask, _failing(ask))
    if failed is None:
        return []
    ask.saw_state("SAV-6")
    if failed.grows_files:
        return [_leak("SAV-6", f"{failed.files[-1]} more files are open after {_ROUNDS} saves")]
    if failed.objects < _ROUNDS - 1 or _is_kept_anyhow(ask):
        return []
    return [_leak(
        "SAV-6", f"the machine still reaches the contexts of {failed.objects} failed saves, the "
        f"last one at {failed.path}", path=failed.path,
    )]  # fmt: skip


def _after_drops(ask: Ask) -> list[Breach]:
    dropped = _left(ask, _drop)
    if dropped is None:
        return []
    if dropped.grows_files and not _saves_leave_files(ask):
        text = f"{dropped.files[-1]} more files are open after {_ROUNDS} contexts were dropped"
        return [_leak("PRE-4", text)]
    if dropped.objects < _ROUNDS - 1 or _is_kept_anyhow(ask):
        return []
    return [_leak(
        "PRE-4", f"the machine still reaches {dropped.objects} contexts that were dropped, the "
        f"last one at {dropped.path}", path=dropped.path, severity=Severity.HAZARD,
    )]  # fmt: skip


def _is_kept_anyhow(ask: Ask) -> bool:
    """Return whether saves without a fault leave as much: then it is no matter of faults."""
    good = _left(ask, _save)
    return good is None or good.objects > 1


def _saves_leave_files(ask: Ask) -> bool:
    good = _left(ask, _save)
    return good is None or good.grows_files


def _failing(ask: Ask) -> Round:
    make_error = stream_lost if ask.world.kind is Kind.ON_DISK else disk_full

    def fail(makes: Trials, replica: Replica, note: Note) -> bool:
        writer = FailingWriter(make_error(), after=0)
        came = makes.save(replica, writer=writer, own=writer.error, note=note)
        return came.outcome is not None and writer.has_failed

    return fail


def _drop(makes: Trials, replica: Replica, note: Note) -> bool:
    came = makes.call("prepare", replica.prepare)
    note(came.value)
    return came.outcome is None


def _save(makes: Trials, replica: Replica, note: Note) -> bool:
    return makes.save(replica, note=note).outcome is None


def _left(ask: Ask, end: Round) -> _Left | None:
    """Return what rounds leave that end so; ``None`` if one ended otherwise."""
    files = attempt(ask, lambda: _files_left(ask, end))
    if files is not None and _Left(files).grows_files:
        # Files of other threads may have been opened meanwhile: it must happen again.
        files = attempt(ask, lambda: _files_left(ask, end))
    if files is None:
        return None
    return _Left(files, *(attempt(ask, lambda: _objects_left(ask, end)) or (0, "")))


def _files_left(ask: Ask, end: Round) -> tuple[int, ...] | None:
    makes = trials(ask)
    replica = makes.grown(middle(ask))
    before = open_files()
    counts: list[int] = []
    for _ in range(_ROUNDS):
        if not end(makes, replica, lambda context: None):
            return None
        counts.append(len(open_files() - before))
    if counts[-1] >= _ROUNDS:
        gc.collect()  # what is garbage is not open because of the machine
        counts[-1] = len(open_files() - before)
    return tuple(counts)


def _objects_left(ask: Ask, end: Round) -> tuple[int, str] | None:
    makes = trials(ask)
    replica = makes.grown(middle(ask))
    made: list[list[object]] = []
    for _ in range(_ROUNDS):
        before = reachable(replica.machine, limit=_LIMIT)
        if before is None:
            return None

        def note(context: object, before: dict[int, object] = before) -> None:
            after = reachable(replica.machine, context, limit=_LIMIT) or {}
            made.append([one for key, one in after.items() if key not in before])

        if not end(makes, replica, note):
            return None
    # What the next save puts in order was not given up for ever.
    makes.save(replica)
    now = reachable(replica.machine, limit=_LIMIT) or {}
    kept = [[one for one in each if id(one) in now] for each in made]
    held = [each for each in kept if each]
    return len(held), (path_to(replica.machine, held[-1]) or "" if held else "")


def _leak(
    clause: str, text: str, *, path: str = "", severity: Severity = Severity.VIOLATION
) -> Breach:
    after = "a failed save" if clause == "SAV-6" else "a dropped context"
    return Breach(
        clause, "leaks", f"what {after} held is never given back",
        f"expected nothing to be left of it, {text}",
        method="save_snapshot" if clause == "SAV-6" else "prepare_snapshot", severity=severity,
        evidence=(("path", path),) if path else (),
    )  # fmt: skip
