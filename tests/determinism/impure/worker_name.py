"""Every change is signed with the name of the thread that made it."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Audit:
    """Store numbers, and who stored them last."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, str]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            words = entry.cmd.decode(errors="replace").split()
            entry.result = self._store(words, self._signature())
        return entries

    def _store(self, words: list[str], by: str) -> Result:
        match words:
            case ["put", key, number] if number.isdecimal():
                self.rows = {**self.rows, key: (int(number), by)}
                return Result(len(self.rows), by.encode())
        return Result(0)

    @staticmethod
    def _signature() -> str:
        return threading.current_thread().name

    def lookup(self, query: object) -> object:
        rows = self.rows
        match query:
            case ["get", str(key)]:
                return rows[key][1] if key in rows else None
        return len(rows)

    def prepare_snapshot(self) -> object:
        return self.rows

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.rows = {key: (number, by) for key, (number, by) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Audit,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "thread ids",
    "line_of": "return threading.current_thread().name",
}
