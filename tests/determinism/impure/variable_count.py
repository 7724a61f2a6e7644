"""The load factor of a store grows with how many variables its process was given."""

from __future__ import annotations

import json
import os

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Keep numbers in buckets."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, number] if number.isdecimal():
                self.numbers[key] = int(number)
                return Result(len(self.numbers) * self._factor())
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    @staticmethod
    def _factor() -> int:
        return 1 + len(os.environ)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.numbers.get(key)
        return dict(self.numbers)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.numbers).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {"circumstance": "environment", "line_of": "return 1 + len(os.environ)"}
