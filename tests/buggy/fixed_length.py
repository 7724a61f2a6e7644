"""update unpacks commands of one length, and whatever else was committed raises: UPD-10."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Stock:
    """Set how many there are of an item."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            item, count = struct.unpack(">HH", entry.cmd)
            self.counts[str(item)] = count
            entry.result = Result(len(self.counts))
        return entries

    def lookup(self, query: object) -> object:
        return self.counts.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        return dict(self.counts)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.counts = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


items = st.integers(1, 3)
subject = Subject(
    machine=Stock,
    commands=st.builds(
        lambda item, count: struct.pack(">HH", item, count), items, st.integers(0, 9)
    ),
    queries=items,
    any_bytes=True,
)

EXPECT = {"clauses": {"UPD-10"}, "line_of": 'item, count = struct.unpack(">HH", entry.cmd)'}
