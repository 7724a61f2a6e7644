"""The table is copied in prepare, the counter beside it is read in save: SAV-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Numbered:
    """Keep numbers under keys, and count the writes to all of them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.table: dict[str, int] = {}
        self.writes = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    with self.lock:
                        self.table[key] = int(number)
                        self.writes += 1
            entry.result = Result(self.writes)
        return entries

    def lookup(self, query: Any) -> object:
        with self.lock:
            return [self.writes, dict(self.table)]

    def prepare_snapshot(self) -> object:
        with self.lock:
            return dict(self.table)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps([context, self.writes]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        table, writes = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.table, self.writes = table, writes

    def close(self) -> None:
        pass


subject = Subject(
    machine=Numbered,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("all",)),
)

EXPECT = {
    "clauses": {"SAV-1"},
    "line_of": "image = json.dumps([context, self.writes]).encode()",
}
