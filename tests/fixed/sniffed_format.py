"""What was read to know the format is kept, and the reader goes on from where it is."""

from __future__ import annotations

import json
import zlib

from smcheck import Entry, Reader, Result, Subject, Writer
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

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        head = b""
        while len(head) < len(MAGIC) and (more := reader.read(len(MAGIC) - len(head))):
            head += more
        rest = b"".join(iter(reader.read, b""))
        text = zlib.decompress(rest) if head == MAGIC else head + rest  # an old image has no head
        self.numbers = json.loads(text)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)
