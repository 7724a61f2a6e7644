"""Single rows come from one copy and the list from another, which is late: RDC-2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; the list is kept sorted."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.listed: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            numbers = dict(self.numbers)
            entry.result = Result(self._apply(numbers, entry.cmd.decode().split()))
            self.numbers = numbers
            self.listed = dict(sorted(numbers.items()))
        return entries

    def _apply(self, numbers: dict[str, int], words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = key in numbers
                numbers[key] = int(number)
                return int(known)
            case ["delete", key]:
                return int(numbers.pop(key, None) is not None)
        return 0

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(self.listed)

    def prepare_snapshot(self) -> object:
        return self.numbers

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.listed = dict(sorted(self.numbers.items()))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"RDC-2"},
    "line_of": "        return dict(self.listed)",
    "or_line_of": (
        "    def lookup(",
        "                return self.numbers.get(key)",
        "            self.numbers = numbers",
        "            self.listed =",
    ),
}
