"""A register of open replicas, of which only close takes one out again: CLO-2."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; each replica once."""

    is_open: ClassVar[set[tuple[int, int]]] = set()

    def __init__(self, shard_id: int, replica_id: int) -> None:
        self.name = (shard_id, replica_id)
        if self.name in self.is_open:
            raise RuntimeError(f"replica {self.name} is open")
        self.is_open.add(self.name)
        self.numbers: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(sorted(self.numbers.items()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.numbers).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        self.is_open.discard(self.name)


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"CLO-2"},
    "line_of": "            raise RuntimeError",
    "or_line_of": ("    def __init__(",),
}
