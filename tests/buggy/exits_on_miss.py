"""A question about a key that is not there ends the process: LKP-4."""

from __future__ import annotations

import json
import sys
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; was a tool for the command line once."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                if key not in self.numbers:
                    sys.exit(f"no such key: {key}")
                return self.numbers[key]
        return dict(sorted(self.numbers.items()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.numbers).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "clauses": {"LKP-4"},
    "line_of": "                    sys.exit(",
    "or_line_of": ("    def lookup(",),
}
