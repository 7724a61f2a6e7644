"""save_snapshot cannot write a set, which the state holds once something has a label: SAV-8."""

from __future__ import annotations

import json
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Keep the labels of each item; an item without labels has none."""

    def __init__(self) -> None:
        self.labels: dict[str, Any] = dict.fromkeys(tags.ITEMS)

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["tag", item, label]:
                self.labels[item] = {label} | (self.labels[item] or set())
                return Result(len(self.labels[item]))
            case ["untag", item, label] if self.labels[item]:
                self.labels[item] = self.labels[item] - {label} or None
                return Result(1)
        return Result(0)

    def lookup(self, query: Any) -> object:
        return sorted(self.labels[query[1]] or ())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.labels).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.labels = {item: set(labels) if labels else None for item, labels in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(verbs=("labels",)))

EXPECT = {
    "clauses": {"SAV-8"},
    "line_of": "image = json.dumps(self.labels).encode()",
    "or_line_of": ("def save_snapshot(",),
}
