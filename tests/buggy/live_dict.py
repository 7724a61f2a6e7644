"""prepare_snapshot hands out the dict that update goes on writing to: SAV-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put, delete and increment; every access to the dict is one step."""

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
            case ["incr", key, number]:
                value = self.table.get(key, 0) + int(number)
                self.table[key] = value
                return Result(value)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
            case ["count"]:
                return len(self.table)
        return dict(self.table)

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
    commands=kv.commands(verbs=("put", "delete", "incr")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"SAV-1"},
    "line_of": "        return self.table\n",
    "or_line_of": ("image = json.dumps(context).encode()",),
}
