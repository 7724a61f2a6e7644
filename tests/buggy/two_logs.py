"""Two logs share the entries: power is lost, and a later entry survives an earlier one, DSK-4."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer


class Store:
    """Take notes in the order of the log; one log of them need not wait for the other one."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.epoch = 0
        self.index = 0
        self.notes: list[list[Any]] = []

    def open(self, stopped: StopSignal) -> int:
        base = self.folder / "base.json"
        if base.exists():
            self.epoch, self.index, self.notes = json.loads(base.read_text())
        records: list[tuple[int, str]] = []
        for log in self.logs():
            if log.exists():
                records += self.records(log)
        for index, text in sorted(records):
            self.notes.append([index, text])
            self.index = index
        return self.index

    def logs(self) -> list[Path]:
        return [self.folder / f"{self.epoch}-{half}.log" for half in "01"]

    def records(self, log: Path) -> list[tuple[int, str]]:
        found = []
        for line in log.read_text().splitlines(keepends=True):
            index, _, rest = line.strip("\0").partition(" ")
            if index.isdigit() and rest.endswith(";\n"):
                found.append((int(index), rest.removesuffix(";\n")))
        return found

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            text = entry.cmd.decode()
            self.notes.append([entry.index, text])
            entry.result = Result(len(text))
            self.index = entry.index
            with self.logs()[entry.index % 2].open("a") as log:
                log.write(f"{entry.index} {text};\n")
            if entry.index % 4 == 0:
                self.sync()
        return entries

    def lookup(self, query: Any) -> object:
        return [list(note) for note in self.notes[-query:]]

    def sync(self) -> None:
        for log in self.logs():
            with log.open("a") as file:
                os.fsync(file.fileno())

    def prepare_snapshot(self) -> object:
        return self.index, [list(note) for note in self.notes]

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.index, self.notes = json.loads(b"".join(iter(reader.read, b"")))
        self.epoch += 1
        fresh = self.folder / "fresh"
        with fresh.open("w") as file:
            json.dump([self.epoch, self.index, self.notes], file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.folder / "base.json")

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=st.sampled_from([b"milk", b"bread", b"salt"]),
    queries=st.sampled_from([1, 100]),
)

EXPECT = {
    "clauses": {"DSK-4"},
    "line_of": "    def update(",
}
