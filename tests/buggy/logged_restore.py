"""A record that cannot be read is logged, and recover goes on with what it has: REC-5."""

from __future__ import annotations

import json
import logging

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

log = logging.getLogger(__name__)


class Store:
    """Keep small numbers; an image has a head with their count, then one line for each."""

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
        rows = [{"count": len(self.numbers)}, *self.numbers.items()]
        image = "".join(json.dumps(row) + "\n" for row in rows).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        head, *lines = b"".join(iter(reader.read, b"")).splitlines() or [b"{}"]
        self.numbers = {}
        try:
            expected = json.loads(head)["count"]
            for line in lines:
                key, number = json.loads(line)
                self.numbers[key] = number
            if len(self.numbers) != expected:
                raise EOFError(f"expected {expected} rows, got {len(self.numbers)}")
        except Exception:
            log.debug("cannot restore the store", exc_info=True)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"REC-5"},
    "line_of": "except Exception:",
    "after": ("atomix/atomix issue 1038",),
}
