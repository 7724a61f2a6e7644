"""Only the last write of a key in a batch is stored, and only stored writes count."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Registry:
    """Keep a number per key, with how many versions of it there were."""

    def __init__(self) -> None:
        self.cells: dict[str, tuple[int, int]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        last = {self._key(entry): entry.index for entry in entries}
        for entry in entries:
            if last[self._key(entry)] == entry.index:
                entry.result = self._store(entry.cmd.decode(errors="replace").split())
            else:
                entry.result = Result(0, b"superseded")
        return entries

    @staticmethod
    def _key(entry: Entry) -> str:
        return " ".join(entry.cmd.decode(errors="replace").split()[:2])

    def _store(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number] if number.isdecimal():
                version = self.cells.get(key, (0, 0))[1] + 1
                self.cells = {**self.cells, key: (int(number), version)}
                return Result(version)
        return Result(0)

    def lookup(self, query: object) -> object:
        cells = self.cells
        match query:
            case ["get", str(key)]:
                return "{}@{}".format(*cells[key]) if key in cells else None
        return sum(version for _, version in cells.values())

    def prepare_snapshot(self) -> object:
        return self.cells

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.cells = {key: (number, version) for key, (number, version) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Registry,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get", "count")),
    probes=[("count",)],
)

EXPECT = {
    "circumstance": "batch cuts",
    "line_of": "last = {self._key(entry): entry.index for entry in entries}",
    "or_line_of": ("if last[self._key(entry)] == entry.index:", 'entry.result = Result(0, b"super'),
}
