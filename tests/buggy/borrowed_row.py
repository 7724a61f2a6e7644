"""A lookup takes a row out and puts it back, and a save beside it lacks the row: SAV-2."""

from __future__ import annotations

import json
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; readers take turns."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.readers = Lock()

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
        key = query[1]
        with self.readers:
            number = self.numbers.pop(key, None)
            if number is not None:
                self.numbers[key] = number
            return number

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
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"SAV-2"},
    "line_of": "            number = self.numbers.pop(",
    "or_line_of": (
        "    def lookup(",
        "                self.numbers[key] = number",
        "    def save_snapshot(",
        "        image = json.dumps(",
    ),
}
