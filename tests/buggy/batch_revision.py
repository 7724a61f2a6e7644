"""The revision counts batches and not entries: BAT-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Revisions:
    """Keep under each key its number and the revision of its last change."""

    def __init__(self) -> None:
        self.revision = 0
        self.table: dict[str, tuple[int, int]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.revision += 1
        for entry in entries:
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    self.table[key] = (int(number), self.revision)
                case ["delete", key]:
                    self.table.pop(key, None)
            entry.result = Result(len(self.table))
        return entries

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
        return dict(self.table)

    def prepare_snapshot(self) -> object:
        return [self.revision, dict(self.table)]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.revision, saved = json.loads(b"".join(iter(reader.read, b"")))
        self.table = {key: (number, revision) for key, (number, revision) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Revisions,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "clauses": {"BAT-1"},
    "line_of": "self.revision += 1",
    "or_line_of": ("def update(",),
}
