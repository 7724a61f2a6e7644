"""Recovery reads the offers and leaves the heap empty, which only later updates show: SAV-4."""

from __future__ import annotations

import heapq
import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Book:
    """Keep offers by number; a heap beside them, in memory only, finds the cheapest."""

    def __init__(self) -> None:
        self.offers: dict[int, int] = {}
        self.heap: list[tuple[int, int]] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.index, entry.cmd.decode().split())
        return entries

    def _apply(self, number: int, words: list[str]) -> Result:
        match words:
            case ["offer", price]:
                self.offers = {**self.offers, number: int(price)}
                heapq.heappush(self.heap, (int(price), number))
                return Result(len(self.offers))
            case ["buy"] if self.heap:
                price_paid, sold = heapq.heappop(self.heap)
                self.offers = {n: price for n, price in self.offers.items() if n != sold}
                return Result(price_paid)
        return Result(0)

    def lookup(self, query: object) -> object:
        return sorted(self.offers.values())

    def prepare_snapshot(self) -> object:
        return list(self.offers.items())

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.offers = dict(json.loads(b"".join(iter(reader.read, b""))))
        self.heap = []

    def close(self) -> None:
        pass


subject = Subject(
    machine=Book,
    commands=st.one_of(
        st.builds("offer {}".format, st.integers(1, 5)).map(str.encode), st.just(b"buy")
    ),
    queries=st.just("offers"),
)

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": "        self.heap = []",
    "or_line_of": (
        'self.offers = dict(json.loads(b"".join(iter(reader.read, b""))))',
        "return list(self.offers.items())",
        "image = json.dumps(context).encode()",
        "def save_snapshot(",
        "def recover_from_snapshot(",
    ),
    "after": ("bnb-chain/node issue 337", "cybercongress/go-cyber issue 243"),
}
