"""Write and read runs: what they are, how far they came, and what was lost."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence

import msgspec

from smcheck.campaign.records import Ended, Lost, Progress, Run
from smcheck.campaign.store.rows import checked, from_json, spelled, to_json
from smcheck.errors import InternalError

_ID = re.compile("[0-9a-f]{16}")


def begin(db: sqlite3.Connection, run: Run) -> None:
    """Add a run, as one of this store and this process."""
    require_id(run.id)
    db.execute("INSERT INTO runs (id, record) VALUES (?, ?)", (run.id, to_json(run)))
    _own(db, run.id)


def save(db: sqlite3.Connection, run: Run) -> None:
    """Write how a run is now; one that has ended is nobody's."""
    query = "UPDATE runs SET record = ? WHERE id = ?"
    if db.execute(query, (to_json(run), run.id)).rowcount != 1:
        raise InternalError(f"expected a run of the store, got {run.id!r}: begin it first")
    if run.ended is not Ended.RUNNING:
        db.execute("DELETE FROM owners WHERE run = ?", (run.id,))


def take_unfinished(
    db: sqlite3.Connection, targets: Sequence[str], *,
    seed: int | None, shard: tuple[int, int], take: Callable[[str], bool],
) -> Run | None:  # fmt: skip
    """Return the newest run of these targets that nobody works at any more; it is ours then.

    Args:
        take: Takes a run, and says whether it could.
    """
    wanted = tuple(map(spelled, targets))
    rows = db.execute("SELECT record FROM runs JOIN owners ON run = id")
    for run in sorted(_runs(rows), key=lambda run: (-run.began_at, run.id)):
        is_fit = run.mode != "pytest" and run.ended is Ended.RUNNING
        is_same = run.targets == wanted and run.shard == shard and seed in (None, run.seed)
        if is_fit and is_same and take(run.id):
            _own(db, run.id)
            return run
    return None


def runs(db: sqlite3.Connection) -> list[Run]:
    """Return all runs, the oldest first."""
    found = _runs(db.execute("SELECT record FROM runs"))
    return sorted(found, key=lambda run: (run.began_at, run.id))


def note_progress(db: sqlite3.Connection, run_id: str, progress: Progress) -> None:
    """Add one moment."""
    number = _next(db, "progress", run_id)
    db.execute("INSERT INTO progress VALUES (?, ?, ?)", (run_id, number, to_json(progress)))


def progress(db: sqlite3.Connection, run_id: str) -> list[Progress]:
    """Return all moments of a run in their order."""
    rows = db.execute("SELECT record FROM progress WHERE run = ? ORDER BY number", (run_id,))
    found = [from_json(text, Progress) for (text,) in checked(rows, tuple[str])]
    return sorted(found, key=lambda one: one.at_s)


def note_lost(db: sqlite3.Connection, run_id: str, lost: Lost) -> None:
    """Add a case that was lost."""
    number = _next(db, "lost", run_id)
    text = to_json(msgspec.structs.replace(lost, case=b""))
    db.execute("INSERT INTO lost VALUES (?, ?, ?, ?)", (run_id, number, text, lost.case))


def lost(db: sqlite3.Connection, run_id: str) -> list[Lost]:
    """Return what a run lost, in its order."""
    rows = db.execute(
        "SELECT record, witness FROM lost WHERE run = ? ORDER BY number, record", (run_id,)
    )
    return [
        msgspec.structs.replace(from_json(text, Lost), case=case)
        for text, case in checked(rows, tuple[str, bytes])
    ]


def require_id(run_id: str) -> None:
    """Refuse what is no id of a run: files are called by it.

    Raises:
        InternalError: It is none.
    """
    if not _ID.fullmatch(run_id):
        raise InternalError(f"expected 16 hexadecimal digits as the id of a run, got {run_id!r}")


def _runs(rows: sqlite3.Cursor) -> Iterator[Run]:
    for (text,) in checked(rows, tuple[str]):
        run = from_json(text, Run)
        if not _ID.fullmatch(run.id):
            raise msgspec.ValidationError(f"{run.id!r:.40} is no id of a run")
        yield run


def _own(db: sqlite3.Connection, run_id: str) -> None:
    db.execute("INSERT OR REPLACE INTO owners (run, pid) VALUES (?, ?)", (run_id, os.getpid()))


def _next(db: sqlite3.Connection, table: str, run_id: str) -> int:
    query = f"SELECT COALESCE(MAX(number), -1) + 1 FROM {table} WHERE run = ?"
    return int(db.execute(query, (run_id,)).fetchone()[0])
