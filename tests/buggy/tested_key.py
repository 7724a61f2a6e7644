"""A key is deleted between the test that it is there and the use of it: CRA-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete keys; every access to the dict is one step."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
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
                if key in self.table:
                    return self.table[key]
                return None
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
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"CRA-1"},
    "line_of": "return self.table[key]",
    "or_line_of": ("def lookup(",),
}
