"""Where the file of a store is: made at once and whole, and never in the place of another.

Knows paths and SQLite's files, not what the tables mean.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from smcheck.campaign.store import schema
from smcheck.campaign.store.owners import creating
from smcheck.campaign.store.trouble import telling
from smcheck.errors import UsageError
from smcheck.report.files import require_folder

NAME = "store.db"
OWNERS, WITNESSES, RUNNING = "owners", "witnesses", "running"
"""Folders beside it: of locks, of witnesses as files, and of the journals of what runs."""


def find(folder: Path, *, create: bool) -> Path:
    """Return the file of the store in ``folder``.

    Raises:
        UsageError: There is none and none can be made.
        StoreError: The disk refuses.
    """
    path = folder / NAME
    if not _is_there(folder, path):
        if not create:
            raise UsageError(
                f"expected a store of smcheck, got {str(folder)!r}, which has no {NAME} in it: "
                "name the folder that was given to --store"
            )
        require_folder(folder, "store")
        with telling(path):
            _create(folder, path)
    return path


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Open the file, ``"rw"`` or ``"ro"``; any thread may use what comes back, one at a time."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{_mode(path, mode)}",
        uri=True, isolation_level=None, check_same_thread=False,
    )  # fmt: skip


def _is_there(folder: Path, path: Path) -> bool:
    try:
        if "\0" in str(folder):
            raise ValueError("it has a null character")
        if folder.exists() and not folder.is_dir():
            raise UsageError(
                f"expected the folder of a store, got {str(folder)!r}, which is none: "
                f"name the folder that {NAME} is in"
            )
        if os.path.lexists(path) and not path.is_file():
            raise UsageError(
                f"expected a store of smcheck, {str(path)!r} is no file: name another folder"
            )
        if path.exists():
            return True
        if os.path.lexists(f"{path}-wal"):
            # SQLite would take it for a part of whatever is put in the place of the file.
            raise UsageError(
                f"expected {str(path)!r}, got the {NAME}-wal that belongs to it alone: put the "
                "file back, or name another folder"
            )
    except (OSError, ValueError) as error:
        raise UsageError(
            f"expected the folder of a store, got {str(folder)!r}: {error}: name another one"
        ) from error
    return False


def _create(folder: Path, path: Path) -> None:
    """Make the file under another name first: a killed process leaves no half of a store."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder.parent / ".gitignore"
    if folder.parent.name == ".smcheck" and not ignore.exists():
        ignore.write_text("*\n")
    with creating(folder / OWNERS):
        if path.exists():
            return
        new = path.with_name(f"{NAME}.new")
        for end in ("", "-journal", "-wal", "-shm"):
            Path(f"{new}{end}").unlink(missing_ok=True)
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.executescript(f"BEGIN; {schema.TABLES} COMMIT;")
            connection.execute("INSERT INTO meta VALUES ('schema', ?)", (str(schema.VERSION),))
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")
            connection.execute("PRAGMA journal_mode = WAL")
        os.replace(new, path)
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode(path: Path, mode: str) -> str:
    """Return how to open it: one that is only read may lie where nothing can be written.

    SQLite keeps an index beside a file in WAL mode, also for readers. Where it cannot, and
    nobody has the file open, nobody can change it meanwhile.
    """
    is_used = any(os.path.lexists(f"{path}{end}") for end in ("-wal", "-shm"))
    is_effective = os.access in os.supports_effective_ids
    if mode == "rw" or is_used or os.access(path.parent, os.W_OK, effective_ids=is_effective):
        return f"mode={mode}"
    return "immutable=1"
