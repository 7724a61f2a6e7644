"""Recovery adds the image to what the instance has: REC-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; every access to the dict is one step."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    entry.result = Result(int(key in self.table))
                    self.table[key] = int(number)
                case ["delete", key]:
                    entry.result = Result(int(self.table.pop(key, None) is not None))
        return entries

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
            case ["count"]:
                return len(self.table)
        return dict(self.table)

    def prepare_snapshot(self) -> object:
        return dict(self.table)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table.update(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"REC-1"},
    "line_of": 'self.table.update(json.loads(b"".join(iter(reader.read, b""))))',
    "or_line_of": ("def recover_from_snapshot(",),
    # Old and new together are what lookups see from then on.
    "also": {"LKP-5", "RDC-1", "RDC-3"},
    "after": ("weaviate/weaviate pull 11993", "jgroups-extras/jgroups-raft issue 301"),
}
