"""The file of a store, opened: what it must be, and transactions that are whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from smcheck.campaign.store import files, schema
from smcheck.campaign.store.trouble import TIMEOUT_S, damaged, telling
from smcheck.errors import UsageError


class Database:
    """An open file; threads take turns, processes too."""

    def __init__(self, path: Path, *, mode: str = "rw") -> None:
        """Open the file.

        Args:
            mode: ``"ro"`` for one that must not be changed.

        Raises:
            UsageError: It is no store, damaged, or of a newer version.
            StoreError: The disk refuses.
        """
        self.path = path
        self._lock = RLock()
        with telling(path):
            self._connection = files.connect(path, mode=mode)
        try:
            with telling(path):
                self._prepare(mode)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        with self._lock, telling(self.path):
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, which is on the disk when the block is left."""
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read as all was at one moment."""
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with self._lock, telling(self.path):
            connection.execute(f"BEGIN {kind}")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Some errors have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _prepare(self, mode: str) -> None:
        run = self._connection.execute
        run(f"PRAGMA busy_timeout = {TIMEOUT_S * 1000:.0f}")
        run("PRAGMA trusted_schema = OFF")
        self._require_store()
        if mode == "rw":
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")
            run("PRAGMA foreign_keys = ON")
        [[found]] = run("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise damaged(self.path, str(found))

    def _require_store(self) -> None:
        run = self._connection.execute
        [[mark]], [[version]] = run("PRAGMA application_id"), run("PRAGMA user_version")
        if self.path.stat().st_size == 0:
            raise damaged(self.path, "it is empty")
        if mark != schema.APPLICATION_ID:
            raise UsageError(
                f"expected a store of smcheck, {str(self.path)!r} is another database: "
                "name another folder"
            )
        if version > schema.VERSION:
            raise UsageError(
                f"expected a store of schema {schema.VERSION} or older, {str(self.path)!r} has "
                f"{version}: use the smcheck version that wrote it"
            )
        there = {(kind, name) for kind, name in run("SELECT type, name FROM sqlite_master")}
        missing = schema.NAMES - {name for kind, name in there if kind == "table"}
        # What runs by itself is not ours, and nobody knows what it does.
        foreign = [name for kind, name in there if kind in ("trigger", "view")]
        if missing or foreign or version < 1:
            raise damaged(self.path, f"its tables are not those of schema {version}")
