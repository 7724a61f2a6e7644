"""Orders that arrive in one batch are cheaper than the same orders one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Shop:
    """Sell at ten apiece and remember what everybody spent."""

    def __init__(self) -> None:
        self.spent: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        price = 9 if len(entries) > 1 else 10
        for entry in entries:
            entry.result = Result(self._order(entry.cmd.decode(errors="replace").split(), price))
        return entries

    def _order(self, words: list[str], price: int) -> int:
        match words:
            case ["order", customer, amount] if amount.isdecimal():
                total = int(amount) * price
                self.spent = {**self.spent, customer: self.spent.get(customer, 0) + total}
                return total
        return 0

    def lookup(self, query: object) -> object:
        match query:
            case ["spent", str(customer)]:
                return self.spent.get(customer, 0)
        return sum(self.spent.values())

    def prepare_snapshot(self) -> object:
        return self.spent

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.spent = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


CUSTOMERS = st.sampled_from(("ann", "bob", "cyd"))

subject = Subject(
    machine=Shop,
    commands=st.builds("order {} {}".format, CUSTOMERS, st.integers(1, 4)).map(str.encode),
    queries=st.tuples(st.just("spent"), CUSTOMERS) | st.just(("total",)),
)

EXPECT = {"circumstance": "batch cuts", "line_of": "price = 9 if len(entries) > 1 else 10"}
