"""A put of what is there already returns with the lock still held: PRG-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete, with the lock taken and given back by hand."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        self.lock.acquire()
        known = False
        match words:
            case ["put", key, number]:
                known = key in self.table
                if self.table.get(key) == int(number):
                    return Result(1)
                self.table[key] = int(number)
            case ["delete", key]:
                known = self.table.pop(key, None) is not None
        self.lock.release()
        return Result(int(known))

    def _copy(self) -> dict[str, int]:
        with self.lock:  # for readers
            return dict(self.table)

    def lookup(self, query: object) -> object:
        table = self._copy()
        match query:
            case ["get", str(key)]:
                return table.get(key)
            case ["count"]:
                return len(table)
        return table

    def prepare_snapshot(self) -> object:
        return self._copy()

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        table = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:  # for the image
            self.table = table

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"PRG-1"},
    # Any of the later acquisitions, and the first one, which nobody undoes.
    "line_of": "self.lock.acquire()",
    "or_line_of": ("with self.lock:  # for readers", "with self.lock:  # for the image"),
}
