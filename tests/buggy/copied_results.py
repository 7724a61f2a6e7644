"""Results are set on copies of the entries, and the entries are returned: UPD-7."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Keep the pairs of item and label."""

    def __init__(self) -> None:
        self.pairs: frozenset[tuple[str, str]] = frozenset()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in [replace(entry) for entry in entries]:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        before = len(self.pairs)
        match words:
            case ["tag", item, label]:
                self.pairs |= {(item, label)}
            case ["untag", item, label]:
                self.pairs -= {(item, label)}
            case ["drop", label]:
                self.pairs = frozenset(pair for pair in self.pairs if pair[1] != label)
        return Result(abs(len(self.pairs) - before))

    def lookup(self, query: object) -> object:
        match query:
            case ["labels", str(name)]:
                return sorted(label for item, label in self.pairs if item == name)
            case ["items", str(name)]:
                return sorted(item for item, label in self.pairs if label == name)
        return None

    def prepare_snapshot(self) -> object:
        return self.pairs

    def save_snapshot(
        self, context: frozenset[tuple[str, str]], writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(sorted(context)).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.pairs = frozenset((item, label) for item, label in saved)

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)

EXPECT = {
    "clauses": {"UPD-7"},
    "line_of": "for entry in [replace(entry) for entry in entries]:",
    "or_line_of": ("def update(", "entry.result = self._apply(entry.cmd.decode().split())"),
    # An answer that is missing is not the model's either.
    "also": {"UPD-2"},
}
