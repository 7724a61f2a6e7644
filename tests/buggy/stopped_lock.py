"""A save that is told to stop keeps the lock under which it writes: SAV-6."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, SnapshotStopped, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Keep small numbers; an image has a line for each."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.writing = Lock()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers = {**self.numbers, key: int(number)}
                return Result(int(known))
            case ["delete", key]:
                known = key in self.numbers
                self.numbers = {k: n for k, n in self.numbers.items() if k != key}
                return Result(int(known))
        return Result(0)

    def lookup(self, query: object) -> object:
        numbers = self.numbers
        match query:
            case ["get", str(key)]:
                return numbers.get(key)
            case ["count"]:
                return len(numbers)
        return dict(numbers)

    def prepare_snapshot(self) -> object:
        return self.numbers

    def save_snapshot(
        self, context: dict[str, int], writer: Writer, files: object, stopped: StopSignal
    ) -> None:
        rows: list[object] = [len(context), *context.items()]
        self.writing.acquire()
        try:
            for number, row in enumerate(rows):
                if stopped.is_set():
                    raise SnapshotStopped
                _write(writer, (", " if number else "[") + json.dumps(row))
            _write(writer, "]")
        except OSError:
            self.writing.release()
            raise
        self.writing.release()

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: StopSignal) -> None:
        image = b"".join(iter(reader.read, b""))
        if stopped.is_set():
            raise SnapshotStopped
        _, *rows = json.loads(image)
        self.numbers = dict(rows)

    def close(self) -> None:
        pass


def _write(writer: Writer, text: str) -> None:
    data = text.encode()
    while data:
        data = data[writer.write(data) :]


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"SAV-6"},
    "line_of": "self.writing.acquire()",
    "or_line_of": ("def save_snapshot(",),
}
