"""Entries that are refused are missing in what update returns: UPD-6."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Accepted:
    """Apply what can be applied and return that."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        applied = [entry for entry in entries if self._apply(entry)]
        return applied

    def _apply(self, entry: Entry) -> bool:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                entry.result = Result(int(key in self.table))
                self.table[key] = int(number)
            case ["delete", key] if key in self.table:
                del self.table[key]
                entry.result = Result(1)
            case _:
                entry.result = Result(0)
                return False
        return True

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
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Accepted,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"UPD-6"},
    "line_of": "applied = [entry for entry in entries if self._apply(entry)]",
    "or_line_of": ("def update(", "return applied"),
}
