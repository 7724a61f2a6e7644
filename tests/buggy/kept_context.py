"""The copy that prepare keeps for a save stays for ever if that save fails: SAV-6."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Keep small numbers; a context is a ticket, and the copy for it waits in the machine."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.tickets = count(1)
        self.copies: dict[int, dict[str, int]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers = {**self.numbers, key: int(number)}
                return Result(int(known))
            case ["delete", key]:
                known = key in self.numbers
                self.numbers = {k: n for k, n in self.numbers.items() if k != key}
                return Result(int(known))
        return Result(0)

    def lookup(self, query: object) -> object:
        numbers = self.numbers
        match query:
            case ["get", str(key)]:
                return numbers.get(key)
            case ["count"]:
                return len(numbers)
        return dict(numbers)

    def prepare_snapshot(self) -> object:
        ticket = next(self.tickets)
        self.copies[ticket] = dict(self.numbers)
        return ticket

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.copies[context]).encode()
        while image:
            image = image[writer.write(image) :]
        del self.copies[context]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"SAV-6"},
    "line_of": "def save_snapshot(",
    "or_line_of": ("del self.copies[context]", "self.copies[ticket] = dict(self.numbers)"),
}
