"""The hash of the state is Python's own hash of strings, salted in each process: HSH-1."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Hashed:
    """A store that lets the host compare replicas by a number."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.table
                self.table[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.table.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
        return len(self.table)

    def get_hash(self) -> int:
        items = tuple(sorted(self.table.items()))
        return hash(items) % 2**64

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.table).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Hashed,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "clauses": {"HSH-1"},
    "line_of": "return hash(items) % 2**64",
    "or_line_of": ("def get_hash(", "items = tuple(sorted(self.table.items()))"),
}
