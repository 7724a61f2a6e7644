"""save_snapshot forgets which keys changed, and update answers how many did: SAV-3."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Tracked:
    """Put numbers, and say how many keys changed since the last image."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.table: dict[str, int] = {}
        self.dirty: set[str] = set()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                match entry.cmd.decode().split():
                    case ["put", key, number]:
                        self.table[key] = int(number)
                        self.dirty.add(key)
                entry.result = Result(len(self.dirty))
        return entries

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["get", str(key)]:
                    return self.table.get(key)
            return dict(self.table)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return [dict(self.table), sorted(self.dirty)]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]
        with self.lock:
            self.dirty.clear()

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        table, dirty = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.table, self.dirty = table, set(dirty)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tracked,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "clauses": {"SAV-3"},
    "line_of": "self.dirty.clear()",
    "or_line_of": ("def save_snapshot(",),
}
