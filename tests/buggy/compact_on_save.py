"""A save drops the tombstones, and update tells a revived key by its tombstone: SAV-3."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Tombstones:
    """Keep deleted keys as None, and say 2 when a put brings one back."""

    def __init__(self) -> None:
        self.table: dict[str, int | None] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.table
                revived = known and self.table[key] is None
                self.table[key] = int(number)
                return Result(2 if revived else int(known))
            case ["delete", key] if self.table.get(key) is not None:
                self.table[key] = None
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
        return sum(number is not None for number in list(self.table.values()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.table).encode()
        while image:
            image = image[writer.write(image) :]
        self.table = {key: n for key, n in self.table.items() if n is not None}

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tombstones,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "clauses": {"SAV-3"},
    "line_of": "self.table = {key: n for key, n in self.table.items() if n is not None}",
    "or_line_of": ("def save_snapshot(",),
}
