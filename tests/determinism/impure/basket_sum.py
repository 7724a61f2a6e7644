"""The price of a basket is added up in the order of a set, in floating point."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Iterator, Mapping

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Baskets:
    """Price baskets of wares."""

    PRICES: Mapping[str, float] = {
        "tea": 0.1, "jam": 1234567.89, "rye": 0.3, "fig": 33333.33, "oil": 0.7, "nut": 1e-7,
    }  # fmt: skip

    def __init__(self) -> None:
        self.totals: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["price", basket, *wares]:
                total = functools.reduce(operator.add, self._prices(wares), 0.0)
                self.totals[basket] = total.hex()
                return Result(len(wares), self.totals[basket].encode())
        return Result(0)

    def _prices(self, wares: list[str]) -> Iterator[float]:
        for ware in {*wares, "tea", "jam", "rye"}:
            yield self.PRICES.get(ware, 0.0)

    def lookup(self, query: object) -> object:
        match query:
            case ["total", str(basket)]:
                return self.totals.get(basket)
        return len(self.totals)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.totals).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.totals = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


BASKETS = st.sampled_from(("ann", "bob"))
WARES = st.lists(st.sampled_from(list(Baskets.PRICES)), min_size=1, max_size=5)

subject = Subject(
    machine=Baskets,
    commands=st.builds(
        lambda basket, wares: " ".join(["price", basket, *wares]), BASKETS, WARES
    ).map(str.encode),
    queries=st.tuples(st.just("total"), BASKETS) | st.just(("count",)),
)

EXPECT = {
    "circumstance": "summation order",
    "or_circumstance": ["hash seed"],
    "line_of": 'for ware in {*wares, "tea", "jam", "rye"}:',
    "or_line_of": (
        "total = functools.reduce(operator.add, self._prices(wares), 0.0)",
        "yield self.PRICES.get(ware, 0.0)",
    ),
}
