"""Two logs share the entries: power is lost, and a later entry survives an earlier one, DSK-4."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; what is written to one log need not wait for the other one."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.epoch = 0
        self.index = 0
        self.numbers: dict[str, int] = {}

    def open(self, stopped: StopSignal) -> int:
        base = self.folder / "base.json"
        if base.exists():
            self.epoch, self.index, self.numbers = json.loads(base.read_text())
        records: list[tuple[int, list[str]]] = []
        for log in self.logs():
            if log.exists():
                records += self.records(log)
        for index, words in sorted(records):
            self.apply(words)
            self.index = index
        return self.index

    def logs(self) -> list[Path]:
        return [self.folder / f"{self.epoch}-{half}.log" for half in "01"]

    def records(self, log: Path) -> list[tuple[int, list[str]]]:
        found = []
        for line in log.read_text().splitlines(keepends=True):
            index, _, rest = line.strip("\0").partition(" ")
            if index.isdigit() and rest.endswith(";\n"):
                found.append((int(index), rest.removesuffix(";\n").split()))
        return found

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            words = entry.cmd.decode().split()
            entry.result = Result(self.apply(words))
            self.index = entry.index
            with self.logs()[entry.index % 2].open("a") as log:
                log.write(f"{entry.index} {' '.join(words)};\n")
        return entries

    def apply(self, words: list[str]) -> int:
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
        for log in self.logs():
            with log.open("a") as file:
                os.fsync(file.fileno())

    def prepare_snapshot(self) -> object:
        return self.index, dict(sorted(self.numbers.items()))

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.index, self.numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.epoch += 1
        fresh = self.folder / "fresh"
        with fresh.open("w") as file:
            json.dump([self.epoch, self.index, self.numbers], file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.folder / "base.json")

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"DSK-4"},
    "line_of": "    def update(",
}
