"""The view for readers is published before the entry is applied, so it is one behind: RDC-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Published:
    """Write to one mapping, let readers see a copy of it."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}
        self.view: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.view = dict(self.table)
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
        view = self.view
        match query:
            case ["get", str(key)]:
                return view.get(key)
            case ["count"]:
                return len(view)
        return dict(view)

    def prepare_snapshot(self) -> object:
        return [dict(self.table), self.view]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table, self.view = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Published,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    # Alone on one thread it is a state that is not the model's: UPD-1 says that too.
    "clauses": {"RDC-1", "UPD-1"},
    "line_of": "self.view = dict(self.table)",
    "or_line_of": ("def update(", "def lookup("),
}
