"""Every note carries the moment at which this replica happened to apply it: UPD-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Notes:
    """Keep a number under each key, with the time of its last change."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[int, str]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                changed = datetime.now().isoformat()
                known = key in self.notes
                self.notes[key] = (int(number), changed)
                return Result(int(known))
            case ["delete", key] if key in self.notes:
                del self.notes[key]
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.notes.get(key)
        return dict(self.notes)

    def prepare_snapshot(self) -> object:
        return dict(self.notes)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.notes = {key: (number, changed) for key, (number, changed) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Notes,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "changed = datetime.now().isoformat()",
    "after": ("hashicorp/nomad pull 13725",),
}
