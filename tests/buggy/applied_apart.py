"""The index is committed before its entries: killed in between, they are lost, DSK-3."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Connection(sqlite3.Connection):
    """Be closed when nobody has it any more."""

    def __del__(self) -> None:
        self.close()


class Store:
    """Put and delete in a table, with the index of the last entry."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "store.db"
        self.reading = Lock()

    def connect(self) -> Connection:
        return sqlite3.connect(
            self.path, check_same_thread=False, isolation_level=None, factory=Connection
        )

    def open(self, stopped: StopSignal) -> int:
        self.db, self.readers = self.connect(), self.connect()
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("BEGIN")
        self.db.execute("CREATE TABLE IF NOT EXISTS numbers (key TEXT PRIMARY KEY, number INTEGER)")
        self.db.execute("CREATE TABLE IF NOT EXISTS applied (at INTEGER)")
        self.db.execute("COMMIT")
        return self.applied(self.db)

    def applied(self, db: Connection) -> int:
        return int(db.execute("SELECT coalesce(max(at), 0) FROM applied").fetchone()[0])

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.db.execute("BEGIN")
        self.note(entries[-1].index)
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")
        for entry in entries:
            entry.result = Result(self.apply(entry.cmd.decode().split()))
        self.db.execute("COMMIT")
        return entries

    def note(self, index: int) -> None:
        self.db.execute("DELETE FROM applied")
        self.db.execute("INSERT INTO applied VALUES (?)", (index,))

    def apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = self.db.execute("SELECT 1 FROM numbers WHERE key = ?", (key,)).fetchone()
                self.db.execute("REPLACE INTO numbers VALUES (?, ?)", (key, int(number)))
                return int(known is not None)
            case ["delete", key]:
                return self.db.execute("DELETE FROM numbers WHERE key = ?", (key,)).rowcount
        return 0

    def lookup(self, query: Any) -> object:
        with self.reading:  # a statement that is not done keeps its connection at an old state
            found = self.readers.execute("SELECT key, number FROM numbers ORDER BY key")
            rows = dict(found.fetchall())
        return rows.get(query[1]) if query[0] == "get" else rows

    def sync(self) -> None:
        pass  # each transaction is durable when it is committed

    def prepare_snapshot(self) -> object:
        context = self.connect()
        context.execute("BEGIN")
        self.applied(context)  # the first read fixes what this transaction sees
        return context

    def save_snapshot(self, context: Any, writer: Writer, stopped: StopSignal) -> None:
        try:
            rows = context.execute("SELECT key, number FROM numbers ORDER BY key").fetchall()
            image = json.dumps([self.applied(context), rows]).encode()
        finally:
            context.close()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        index, rows = json.loads(b"".join(iter(reader.read, b"")))
        self.db.execute("BEGIN")
        self.db.execute("DELETE FROM numbers")
        self.db.executemany("INSERT INTO numbers VALUES (?, ?)", rows)
        self.note(index)
        self.db.execute("COMMIT")

    def close(self) -> None:
        self.db.close()


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"DSK-3"},
    "line_of": "    def update(",
    "after": ("etcd-io/etcd issue 13766",),
}
