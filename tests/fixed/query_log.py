"""lookup notes the last queries for a debug page, as tuples of its own."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Stock:
    """Count items; asked for several at once."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}
        self.asked: deque[object] = deque(maxlen=8)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            name = entry.cmd.decode()
            self.items[name] = self.items.get(name, 0) + 1
            entry.result = Result(self.items[name])
        return entries

    def lookup(self, query: object) -> object:
        assert isinstance(query, list)
        self.asked.append(tuple(query))
        items = dict(self.items)
        return [items.get(name, 0) for name in query]

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


names = st.sampled_from(["pen", "ink", "pad"])
subject = Subject(
    machine=Stock,
    commands=names.map(str.encode),
    queries=st.lists(names, min_size=1, max_size=3),
)
