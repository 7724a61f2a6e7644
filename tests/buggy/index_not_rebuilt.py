"""Recovery reads the labels of the items and does not rebuild the items of the labels: SAV-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Keep the labels of each item, and an index of the items of each label."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.labels: dict[str, set[str]] = {}
        self.items: dict[str, set[str]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                entry.result = Result(self._apply(entry.cmd.decode().split()))
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["tag", item, label] if label not in self.labels.get(item, ()):
                self.labels.setdefault(item, set()).add(label)
                self.items.setdefault(label, set()).add(item)
                return 1
            case ["untag", item, label] if label in self.labels.get(item, ()):
                return self._untag({item}, label)
            case ["drop", label]:
                return self._untag(set(self.items.get(label, ())), label)
        return 0

    def _untag(self, items: set[str], label: str) -> int:
        for item in items:
            self.labels[item].discard(label)
        self.items[label] = self.items.get(label, set()) - items
        return len(items)

    def lookup(self, query: Any) -> object:
        verb, name = query
        with self.lock:
            side = self.labels if verb == "labels" else self.items
            return sorted(side.get(name, ()))

    def prepare_snapshot(self) -> object:
        with self.lock:
            return {item: sorted(labels) for item, labels in self.labels.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.labels = {item: set(labels) for item, labels in saved.items()}
            self.items = {}

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": "            self.items = {}",
    "or_line_of": (
        "self.labels = {item: set(labels) for item, labels in saved.items()}",
        "image = json.dumps(context).encode()",
        "def recover_from_snapshot(",
        "def save_snapshot(",
        "return {item: sorted(labels) for item, labels in self.labels.items()}",
    ),
}
