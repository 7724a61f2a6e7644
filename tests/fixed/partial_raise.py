"""An item that cannot be compared is refused by its result, before anything is changed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Priorities:
    """Keep items, numbers or words but never both, the smallest first."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def update(self, entry: Entry) -> Result:
        item = json.loads(entry.cmd or b"null")
        if item is None:
            return Result(0)
        if any(type(other) is not type(item) for other in self.items):
            return Result(0)
        self.items.append(item)
        self.items.sort()
        return Result(len(self.items))

    def lookup(self, query: object) -> object:
        return self.items[:1]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.items).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.items = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Priorities,
    commands=st.sampled_from((1, 2, "one")).map(lambda item: json.dumps(item).encode()),
    queries=st.just("first"),
)
