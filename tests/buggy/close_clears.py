"""close empties the store, and lookups go on answering: CLO-1."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete."""

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
            case ["count"]:
                return len(self.table)
        return dict(self.table)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.table).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        self.table.clear()


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"CLO-1"},
    "line_of": "self.table.clear()",
    "or_line_of": ("def close(",),
    # A lookup beside close may see the empty store as well.
    "also": {"RDC-1", "RDC-3", "LKP-6"},
}
