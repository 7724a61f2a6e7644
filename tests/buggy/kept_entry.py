"""The store keeps the entry that wrote a key and reads its command when asked: UPD-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


def _number(entry: Entry) -> int:
    return int(entry.cmd.split()[2])


class LazyStore:
    """Put and delete; numbers are decoded when somebody wants them."""

    def __init__(self) -> None:
        self.writers: dict[str, Entry] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", key, _]:
                    entry.result = Result(int(key in self.writers))
                    self.writers[key] = entry
                case ["delete", key]:
                    entry.result = Result(int(self.writers.pop(key, None) is not None))
        return entries

    def lookup(self, query: Any) -> object:
        writer = self.writers.get(query[1])
        return None if writer is None else _number(writer)

    def prepare_snapshot(self) -> object:
        return {key: _number(entry) for key, entry in self.writers.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.writers = {key: Entry(0, f"put {key} {n}".encode()) for key, n in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=LazyStore,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)

EXPECT = {"clauses": {"UPD-4"}, "line_of": "self.writers[key] = entry"}
