"""Every receipt names the node that applied the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


@dataclass(eq=False)
class Node:
    """Store numbers and say who stored them."""

    replica_id: int
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"node-{self.replica_id:03}"

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            stored = self._apply(entry.cmd.decode(errors="replace").split())
            entry.result = Result(stored, self._receipt(entry))
        return entries

    def _receipt(self, entry: Entry) -> bytes:
        return f"{entry.index}@{self.name}".encode()

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number] if number.isdecimal():
                self.numbers = {**self.numbers, key: int(number)}
                return len(self.numbers)
        return 0

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.numbers.get(key)
        return len(self.numbers)

    def prepare_snapshot(self) -> object:
        return self.numbers

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Node,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "replica id",
    "line_of": 'return f"node-{self.replica_id:03}"',
    "or_line_of": ('return f"{entry.index}@{self.name}".encode()',),
}
