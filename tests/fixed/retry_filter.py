"""Orders have numbers of their own: a number that came lately is a retry."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

_LATELY = 32


class Orders:
    """Count what was ordered; guard against clients that send an order twice."""

    def __init__(self) -> None:
        self.ordered: dict[str, int] = {}
        self.recent: list[str] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            order, _, rest = entry.cmd.decode().partition(" ")
            item, _, count = rest.partition(" ")
            if count and order not in self.recent:
                self.ordered[item] = self.ordered.get(item, 0) + int(count)
                self.recent = [*self.recent[1 - _LATELY :], order]
            entry.result = Result(self.ordered.get(item, 0))
        return entries

    def lookup(self, query: object) -> object:
        return self.ordered.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        return dict(self.ordered), self.recent

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.ordered, self.recent = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class Model:
    """Two orders of one number are one order, as long as the number is among the last ones."""

    def __init__(self) -> None:
        self.ordered: dict[str, int] = {}
        self.numbers: list[str] = []

    def apply(self, cmd: bytes) -> Result:
        number, item, count = cmd.decode().split()
        if number not in self.numbers[-_LATELY:]:
            self.numbers.append(number)
            self.ordered[item] = self.ordered.get(item, 0) + int(count)
        return Result(self.ordered.get(item, 0))

    def query(self, query: str) -> int:
        return self.ordered.get(query, 0)


items = st.sampled_from(["pen", "ink", "pad"])
subject = Subject(
    machine=Orders,
    commands=st.builds(
        lambda number, item, count: f"{number} {item} {count}".encode(),
        st.integers(100, 120),
        items,
        st.integers(1, 99),
    ),
    queries=items,
    model=Model,
)
