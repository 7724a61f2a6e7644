"""Lookups count hits for whoever runs the replica; which key goes is decided without them."""

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
class Bounded:
    """Hold no more than a few keys, the latest ones."""

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
        known = self.table.pop(key, None) is not None
        if len(self.table) == ROOM:
            del self.table[next(iter(self.table))]
        self.table[key] = number
        return Result(int(known), ",".join(self.table).encode())

    def lookup(self, query: Any) -> object:
        key = query[1]
        with self.lock:
            self.hits[key] = self.hits.get(key, 0) + 1
            return self.table.get(key)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return list(self.table.items())

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.table = dict(saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Bounded,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get",)),
)
