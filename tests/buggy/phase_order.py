"""The entries of a batch come back in the order of the phases that answer them: UPD-6."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and compare-and-set; those who only put are answered first."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        written: list[Entry] = []
        compared: list[Entry] = []
        for entry in entries:
            words = entry.cmd.decode().split()
            entry.result = self._apply(words)
            (compared if words[:1] == ["cas"] else written).append(entry)
        return [*written, *compared]

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in self.table
                self.table = {**self.table, key: int(number)}
                return Result(int(known))
            case ["cas", key, old, new] if self.table.get(key) == int(old):
                self.table = {**self.table, key: int(new)}
                return Result(1)
        return Result(0)

    def lookup(self, query: Any) -> object:
        return self.table.get(query[1])

    def prepare_snapshot(self) -> object:
        return self.table

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "cas")),
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"UPD-6"},
    "line_of": "return [*written, *compared]",
    "or_line_of": ("def update(", '(compared if words[:1] == ["cas"] else written).append(entry)'),
    "after": ("deventlab/d-engine pull 309",),
}
