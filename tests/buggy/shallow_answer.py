"""A lookup copies the outer dict and hands out the records in it: LKP-3."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Records:
    """Keep a record under each key: its number and how often it was written."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.records: dict[str, dict[str, int]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                writes = self.records.get(key, {}).get("writes", 0) + 1
                self.records[key] = {"number": int(number), "writes": writes}
                return Result(writes)
            case ["delete", key]:
                return Result(int(self.records.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["count"]:
                    return len(self.records)
            return dict(self.records)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return {key: dict(record) for key, record in self.records.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        records = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.records = records

    def close(self) -> None:
        pass


subject = Subject(
    machine=Records,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("count", "all")),
)

EXPECT = {
    "clauses": {"LKP-3"},
    "line_of": "return dict(self.records)",
    "or_line_of": ("def lookup(",),
}
