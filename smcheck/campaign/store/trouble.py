"""Say in one line what is wrong with the file of a store: its disk, or what is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from smcheck.errors import InternalError, SmcheckError, StoreError, UsageError

TIMEOUT_S = 30.0
"""How long one waits until another has written."""

_SPACE = "free space on its disk"
_RIGHTS = "make its folder and the file writable"
_REMEDIES = {
    sqlite3.SQLITE_FULL: _SPACE,
    sqlite3.SQLITE_IOERR: f"{_SPACE}, and see whether it is sound",
    sqlite3.SQLITE_NOMEM: "free memory",
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: f"{_RIGHTS}, and {_SPACE}",
    sqlite3.SQLITE_BUSY: f"somebody else has written for {TIMEOUT_S:.0f} s: see who has it open",
    sqlite3.SQLITE_LOCKED: "see who has it open",
    sqlite3.SQLITE_PROTOCOL: "see who has it open",
}


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn what SQLite, the disk or a record that is none raises into an error of smcheck.

    Raises:
        StoreError: The disk refuses, or somebody else has the store.
        UsageError: The file is damaged.
        InternalError: A run or finding was named that is not there.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from error
    except OSError as error:
        raise _refused(path, error.strerror or str(error), f"{_SPACE}; {_RIGHTS}") from error


def damaged(path: Path, why: str) -> UsageError:
    """Return the error of a file that is not as smcheck wrote it."""
    return UsageError(
        f"expected a store as smcheck wrote it, {str(path)!r} is damaged: {why}: "
        "take another copy, or name another folder; it was left as it is"
    )


def _told(path: Path, error: sqlite3.DatabaseError) -> SmcheckError:
    # What the module itself finds wrong, such as a text that is none, has no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _REMEDIES:
        return _refused(path, str(error), _REMEDIES[code])
    if code == sqlite3.SQLITE_CONSTRAINT:
        return InternalError(f"expected a run and a finding of {str(path)!r}, got another: {error}")
    if isinstance(error, sqlite3.ProgrammingError):
        return InternalError(f"expected a store that is open, got {str(path)!r}: {error}")
    return damaged(path, str(error))


def _refused(path: Path, why: str, remedy: str) -> StoreError:
    return StoreError(
        f"expected to use the store {str(path)!r}, could not: {why}: {remedy}, then start again; "
        "what was noted before is in it"
    )
