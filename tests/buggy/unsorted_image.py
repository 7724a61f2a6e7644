"""The image lists the members in the order of a set, which is each process's own: SAV-5."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Keep pairs of item and label; what is not synced comes again from the log."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "state.json"
        self.index = 0
        self.pairs: frozenset[tuple[str, str]] = frozenset()

    def open(self, stopped: StopSignal) -> int:
        if self.file.exists():
            self._load(self.file.read_text())
        return self.index

    def _load(self, text: str) -> None:
        self.index, rows = json.loads(text)
        self.pairs = frozenset((item, label) for item, label in rows)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            before = len(self.pairs)
            match entry.cmd.decode().split():
                case ["tag", item, label]:
                    self.pairs |= {(item, label)}
                case ["untag", item, label]:
                    self.pairs -= {(item, label)}
                case ["drop", label]:
                    self.pairs = frozenset(pair for pair in self.pairs if pair[1] != label)
            self.index = entry.index
            entry.result = Result(abs(len(self.pairs) - before))
        return entries

    def lookup(self, query: Any) -> object:
        verb, name = query
        if verb == "labels":
            return sorted(label for item, label in self.pairs if item == name)
        return sorted(item for item, label in self.pairs if label == name)

    def sync(self) -> None:
        fresh = self.file.with_suffix(".tmp")
        with fresh.open("w") as file:
            json.dump([self.index, sorted(self.pairs)], file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.file)

    def prepare_snapshot(self) -> object:
        return self.index, self.pairs

    def save_snapshot(self, context: Any, writer: Writer, stopped: StopSignal) -> None:
        index, pairs = context
        image = json.dumps([index, list(pairs)]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self._load(b"".join(iter(reader.read, b"")).decode())

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)

EXPECT = {
    "clauses": {"SAV-5"},
    "line_of": "image = json.dumps([index, list(pairs)]).encode()",
    "or_line_of": ("def save_snapshot(",),
}
