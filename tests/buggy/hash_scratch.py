"""get_hash adds up in a field of the machine; two that overlap mix their sums: HSH-1."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Shelf:
    """Count items by name."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}
        self.sum = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            name = entry.cmd.decode()
            self.items[name] = self.items.get(name, 0) + 1
            entry.result = Result(self.items[name])
        return entries

    def lookup(self, query: object) -> object:
        return self.items.get(str(query), 0)

    def get_hash(self) -> int:
        self.sum = 0
        for name, count in sorted(self.items.items()):
            self.sum = zlib.crc32(f"{name}={count}".encode(), self.sum)
        return self.sum

    def prepare_snapshot(self) -> object:
        return dict(self.items)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.items = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Shelf,
    commands=st.sampled_from([b"pen", b"ink", b"pad"]),
    queries=st.sampled_from(["pen", "ink", "pad"]),
)

EXPECT = {
    "clauses": {"HSH-1"},
    "line_of": "self.sum = zlib.crc32(",
    "or_line_of": ("return self.sum", "self.sum = 0\n        for", "def get_hash"),
}
