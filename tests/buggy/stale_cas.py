"""Compare-and-set compares with the state before the batch, not with the entries in it: BAT-5."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Staged:
    """Stage the writes of a batch and put them in force together."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        staged: dict[str, int] = {}
        for entry in entries:
            entry.result = self._stage(entry.cmd.decode().split(), staged)
        self.table = {**self.table, **staged}
        return entries

    def _stage(self, words: list[str], staged: dict[str, int]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in staged or key in self.table
                staged[key] = int(number)
                return Result(int(known))
            case ["cas", key, old, new]:
                if self.table.get(key) != int(old):
                    return Result(0)
                staged[key] = int(new)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        table = self.table
        match query:
            case ["get", str(key)]:
                return table.get(key)
            case ["count"]:
                return len(table)
        return dict(table)

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
    machine=Staged,
    commands=kv.commands(verbs=("put", "cas")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"BAT-5"},
    "line_of": "if self.table.get(key) != int(old):",
    "or_line_of": ("def update(",),
    "after": ("deventlab/d-engine issue 371",),
}
