"""All instances without a stock of their own share one default argument: NEW-1."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Stock:
    """Count what is on the shelf."""

    def __init__(self, shelf: dict[str, int] = {}) -> None:
        self.shelf = shelf

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.shelf
                self.shelf[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.shelf.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.shelf.get(key)
        return dict(self.shelf)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.shelf).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.shelf = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Stock,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "clauses": {"NEW-1"},
    "line_of": "def __init__(self, shelf: dict[str, int] = {})",
    "or_line_of": ("self.shelf = shelf", "self.shelf[key] = int(number)", "def update("),
}
