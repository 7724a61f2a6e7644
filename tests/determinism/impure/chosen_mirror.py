"""A download is sent to a mirror that is chosen at random among the least used."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Mirrors:
    """Spread downloads over mirrors."""

    MIRRORS = tuple(f"mirror-{number}" for number in range(12))

    def __init__(self) -> None:
        self.sent = dict.fromkeys(self.MIRRORS, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["incr", _key, number] if number.isdecimal():
                    entry.result = self._send(int(number))
                case _:
                    entry.result = Result(0)
        return entries

    def _send(self, number: int) -> Result:
        least = min(self.sent.values())
        mirror = random.choice([name for name, sent in self.sent.items() if sent == least])
        self.sent = {**self.sent, mirror: least + number}
        return Result(number, mirror.encode())

    def lookup(self, query: object) -> object:
        sent = self.sent
        return {name: count for name, count in sent.items() if count} if query else len(sent)

    def prepare_snapshot(self) -> object:
        return self.sent

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.sent = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Mirrors,
    commands=kv.commands(verbs=("incr",)),
    queries=kv.queries(verbs=("all",)),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "mirror = random.choice([",
}
