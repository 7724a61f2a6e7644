"""Every sync makes a folder of its own, and renames a file that says which folder counts."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; what the name in CURRENT does not point at is swept away."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.generation = self.index = 0
        self.numbers: dict[str, int] = {}

    def open(self, stopped: StopSignal) -> int:
        current = self.folder / "CURRENT"
        if current.exists():
            self.generation = int(current.read_text())
            state = self._folder(self.generation) / "state.json"
            self.index, self.numbers = json.loads(state.read_text())
        for old in self.folder.glob("generation-*"):
            if old != self._folder(self.generation):
                shutil.rmtree(old)
        return self.index

    def _folder(self, generation: int) -> Path:
        return self.folder / f"generation-{generation}"

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd.decode().split()))
            self.index = entry.index
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
        old, self.generation = self.generation, self.generation + 1
        self._folder(self.generation).mkdir()
        state = json.dumps([self.index, self.numbers])
        self._store(self._folder(self.generation) / "state.json", state)
        self._store(self.folder / "CURRENT.new", str(self.generation))
        os.replace(self.folder / "CURRENT.new", self.folder / "CURRENT")
        shutil.rmtree(self._folder(old), ignore_errors=True)

    def _store(self, path: Path, text: str) -> None:
        with path.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def prepare_snapshot(self) -> object:
        return self.index, dict(sorted(self.numbers.items()))

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.index, self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
