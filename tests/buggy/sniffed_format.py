"""The reader is put back to position 0 once the format is known: SES-4."""

from __future__ import annotations

import json
import zlib
from typing import Any

from smcheck import Entry, Result, Subject, Writer
from smcheck.strategies import kv

MAGIC = b"KVZ1"


class Store:
    """Keep small numbers; images of the first version were not compressed."""

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

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.numbers.get(key)
            case ["count"]:
                return len(self.numbers)
        return dict(self.numbers)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = MAGIC + zlib.compress(json.dumps(self.numbers).encode())
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        head = b""
        while len(head) < len(MAGIC) and (more := reader.read(len(MAGIC) - len(head))):
            head += more
        reader.seek(len(MAGIC) if head == MAGIC else 0)  # an old image has no head
        rest = b"".join(iter(reader.read, b""))
        self.numbers = json.loads(zlib.decompress(rest) if head == MAGIC else rest)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"SES-4"},
    "line_of": "reader.seek(len(MAGIC) if head == MAGIC else 0)  # an old image has no head",
}
