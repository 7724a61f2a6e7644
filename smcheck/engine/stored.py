"""Replay what a folder holds of one subject, here and now: what failed once is looked at first.

Files that are damaged, or of another subject of the same name, are told and left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from smcheck._witness_names import Stored, witnesses_in
from smcheck.engine.draft import CHECK
from smcheck.engine.replay import Replay, Status, replay
from smcheck.engine.whereabouts import absolute_target, is_file
from smcheck.engine.witness import Witness, load_witness
from smcheck.errors import UsageError
from smcheck.host.board import Board
from smcheck.subject import Subject

_NEEDS_OWN_PROCESS = "it may end the process that runs it, which `smcheck replay` survives"


@dataclass(frozen=True, slots=True)
class StoredReplay:
    """One stored witness, and what became of it.

    Attributes:
        stored: The file, with clause and signature as its name tells them.
        outcome: Of the replay; what could not be read or run *cannot be replayed*.
        is_sure: Whether *fixed* can be relied on: this process has the hash seed of the witness.
    """

    stored: Stored
    outcome: Replay
    is_sure: bool = True


def replay_stored(
    subject: Subject, target: str, folder: Path, *, board: Board | None = None,
    wanted: Callable[[Stored], bool] = lambda stored: True,
) -> Iterator[StoredReplay]:  # fmt: skip
    """Replay each witness of ``subject`` in ``folder``, in the order of their names.

    Args:
        subject: What they are run on.
        target: Of the subject, as ``smcheck.target.target_of`` or the user gives it; relative to
            the working directory.
        folder: Where the witnesses are; nothing is replayed where it is none.
        board: Where the calls are noted while they run.
        wanted: Says of a file, by its name, whether it is replayed.
    """
    for stored in filter(wanted, witnesses_in(folder, subject.name)):
        try:
            witness = load_witness(stored.path)
        except UsageError as error:
            yield _left(stored, str(error))
            continue
        if witness.subject != subject.name:
            continue
        if not is_same_target(witness.target, witness.folder, target):
            yield _left(stored, f"it is of another subject, {witness.target}")
        elif witness.breach.check == CHECK:
            yield _left(stored, _NEEDS_OWN_PROCESS)
        else:
            yield StoredReplay(stored, _run(witness, subject, board), _is_sure(witness))


def is_same_target(theirs: str, their_folder: str, ours: str) -> bool:
    """Return whether two targets name one subject, as far as can be told without an import."""
    theirs, ours = absolute_target(theirs, their_folder), absolute_target(ours, "")
    (there, _, their_name), (here, _, our_name) = theirs.rpartition(":"), ours.rpartition(":")
    if their_name != our_name:
        return False
    if is_file(there) and is_file(here):
        return Path(there).resolve() == Path(here).resolve()
    return there == here or _dotted(there).endswith(_dotted(here)) or (
        _dotted(here).endswith(_dotted(there))
    )  # fmt: skip


def _dotted(place: str) -> str:
    """Return a module as the end of a dotted name, for one that was given as a file too."""
    return "." + place.removesuffix(".py").strip("/").replace("/", ".")


def _run(witness: Witness, subject: Subject, board: Board | None) -> Replay:
    try:
        return replay(witness, subject, board=board)
    except UsageError as error:
        return Replay(Status.CANNOT, reason=str(error))


def _left(stored: Stored, reason: str) -> StoredReplay:
    return StoredReplay(stored, Replay(Status.CANNOT, reason=reason))


def _is_sure(witness: Witness) -> bool:
    return witness.hash_seed in ("random", os.environ.get("PYTHONHASHSEED", "random"))
