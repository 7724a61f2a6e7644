"""recover throws the rows away and then reads the new ones in: LKP-5."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; rows are replaced one by one."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            numbers = dict(self.numbers)
            entry.result = Result(self._apply(numbers, entry.cmd.decode().split()))
            self.numbers = numbers
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
        numbers = self.numbers
        match query:
            case ["get", key]:
                return numbers.get(key)
        return dict(sorted(numbers.items()))

    def prepare_snapshot(self) -> object:
        return self.numbers

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        rows = json.loads(b"".join(iter(reader.read, b"")))
        self.numbers = {}
        for key, number in rows.items():
            self.numbers = {**self.numbers, key: number}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"LKP-5"},
    "line_of": "        numbers = self.numbers\n",
    "or_line_of": (
        "    def lookup(",
        "        self.numbers = {}\n        for",
        "            self.numbers = {**",
        "    def recover_from_snapshot(",
        "                return numbers.get(key)",
        "        return dict(sorted(numbers.items()))",
    ),
}
