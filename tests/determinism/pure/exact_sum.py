"""A float sum over a set, by a function that rounds once, whatever the order."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Baskets:
    """Price baskets of wares."""

    PRICES: Mapping[str, float] = {"tea": 0.1, "jam": 1234567.89, "rye": 0.3, "oil": 33.3}

    def __init__(self) -> None:
        self.totals: dict[str, float] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["price", basket, *wares]:
                self.totals[basket] = math.fsum(self.PRICES.get(ware, 0.0) for ware in set(wares))
                return Result(len(set(wares)), self.totals[basket].hex().encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["total", str(basket)]:
                return self.totals.get(basket)
        return math.fsum(self.totals.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.totals).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.totals = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


BASKETS = st.sampled_from(("ann", "bob"))
WARES = st.lists(st.sampled_from(list(Baskets.PRICES)), min_size=2, max_size=5)

subject = Subject(
    machine=Baskets,
    commands=st.builds(
        lambda basket, wares: " ".join(["price", basket, *wares]), BASKETS, WARES
    ).map(str.encode),
    queries=st.tuples(st.just("total"), BASKETS) | st.just(("all",)),
)

PURE = "math.fsum gives the exact sum, rounded once: the order of the set does not matter"
