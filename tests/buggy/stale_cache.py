"""A lookup fills the cache with what it read before update invalidated the entry: RDC-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags

Pairs = frozenset[tuple[str, str]]


class Tags:
    """Answer from the pairs of item and label, and remember each answer until a change."""

    def __init__(self) -> None:
        self.pairs: Pairs = frozenset()
        self.cache: dict[str, tuple[str, ...]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            before = self.pairs
            self.pairs = self._changed(before, entry.cmd.decode().split())
            self.cache.clear()
            entry.result = Result(abs(len(self.pairs) - len(before)))
        return entries

    def _changed(self, pairs: Pairs, words: list[str]) -> Pairs:
        match words:
            case ["tag", item, label]:
                return pairs | {(item, label)}
            case ["untag", item, label]:
                return pairs - {(item, label)}
            case ["drop", label]:
                return frozenset(pair for pair in pairs if pair[1] != label)
        return pairs

    def lookup(self, query: Any) -> object:
        _, name = query
        found = self.cache.get(name)
        if found is None:
            pairs = self.pairs
            found = tuple(sorted(b if a == name else a for a, b in pairs if name in (a, b)))
            self.cache[name] = found
        return list(found)

    def prepare_snapshot(self) -> Pairs:
        return self.pairs

    def save_snapshot(self, context: Pairs, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(sorted(context)).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.pairs = frozenset((item, label) for item, label in saved)
        self.cache.clear()

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)

EXPECT = {
    "clauses": {"RDC-1"},
    "line_of": "self.cache[name] = found",
    "or_line_of": (
        "def lookup(",
        "pairs = self.pairs\n",
        "found = tuple(sorted(b if a == name else a for a, b in pairs if name in (a, b)))",
    ),
}
