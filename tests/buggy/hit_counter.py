"""Lookups count hits, and update throws out the key with the fewest: LKP-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

ROOM = 2


@dataclass
class Popular:
    """Hold no more than a few keys, those that are asked for."""

    lock: Lock = field(default_factory=Lock)
    table: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    with self.lock:
                        entry.result = self._put(key, int(number))
        return entries

    def _put(self, key: str, number: int) -> Result:
        if key not in self.table and len(self.table) == ROOM:
            coldest = min(self.table, key=lambda k: (self.hits[k], k))
            del self.table[coldest], self.hits[coldest]
        self.table[key] = number
        self.hits.setdefault(key, 0)
        return Result(1)

    def lookup(self, query: Any) -> object:
        key = query[1]
        with self.lock:
            if key in self.table:
                self.hits[key] += 1
            return self.table.get(key)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return [dict(self.table), dict(self.hits)]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        table, hits = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.table, self.hits = table, hits

    def close(self) -> None:
        pass


subject = Subject(
    machine=Popular,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get",)),
)

EXPECT = {
    "clauses": {"LKP-1"},
    "line_of": "self.hits[key] += 1",
    "or_line_of": ("def lookup(",),
}
