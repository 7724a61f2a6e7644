"""prepare_snapshot copies the lists too, under the lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Keep a list of labels for each item."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.labels: dict[str, list[str]] = {item: [] for item in tags.ITEMS}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                entry.result = Result(self._apply(entry.cmd.decode().split()))
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["tag", item, label] if label not in self.labels[item]:
                self.labels[item].append(label)
                return 1
            case ["untag", item, label] if label in self.labels[item]:
                self.labels[item].remove(label)
                return 1
            case ["drop", label]:
                having = [labels for labels in self.labels.values() if label in labels]
                for labels in having:
                    labels.remove(label)
                return len(having)
        return 0

    def lookup(self, query: Any) -> object:
        verb, name = query
        with self.lock:
            if verb == "labels":
                return sorted(self.labels.get(name, ()))
            return sorted(item for item, labels in self.labels.items() if name in labels)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return {item: list(labels) for item, labels in self.labels.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        labels = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.labels = labels

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)
