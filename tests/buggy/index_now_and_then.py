"""The index is noted at every fourth entry only: open is behind what was synced, DSK-6."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; data at each sync, the index now and then."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "state.json"
        self.index = 0
        self.noted = self.count = 0
        self.numbers: dict[str, int] = {}

    def open(self, stopped: StopSignal) -> int:
        if self.file.exists():
            self.noted, self.numbers = json.loads(self.file.read_text())
            self.index = self.noted
        return self.index

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd.decode().split()))
            self.index = entry.index
            self.count += 1
            if self.count % 4 == 0:
                self.noted = self.index
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return int(known)
            case ["delete", key]:
                return int(self.numbers.pop(key, None) is not None)
        return 0

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(sorted(self.numbers.items()))

    def sync(self) -> None:
        self._store(self.noted, self.numbers)

    def _store(self, index: int, numbers: dict[str, int]) -> None:
        fresh = self.file.with_suffix(".tmp")
        with fresh.open("w") as file:
            json.dump([index, numbers], file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.file)

    def prepare_snapshot(self) -> object:
        return self.index, dict(sorted(self.numbers.items()))

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.index, self.numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.noted = self.index

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"DSK-6"},
    "line_of": "    def open(self",
    "or_line_of": ("    def sync(",),
    "after": ("lni/dragonboat issue 410", "lni/dragonboat issue 369"),
}
