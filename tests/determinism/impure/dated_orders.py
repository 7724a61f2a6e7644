"""The number of an order begins with the moment at which it was applied."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


@dataclass(frozen=True)
class Order:
    """What somebody ordered."""

    number: str
    customer: str


class Orders:
    """Number orders by date and time, and within one moment by count."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["order", customer]:
                self.orders.append(Order(self._number(), customer))
                return Result(len(self.orders), self.orders[-1].number.encode())
        return Result(0)

    def _number(self) -> str:
        moment = datetime.now(UTC)
        return f"{moment:%Y%m%d-%H%M%S}-{len(self.orders)}"

    def lookup(self, query: object) -> object:
        return [order.number for order in self.orders if order.customer == query]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([asdict(order) for order in self.orders]).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.orders = [Order(**order) for order in saved]

    def close(self) -> None:
        pass


CUSTOMERS = st.sampled_from(("ann", "bob"))

subject = Subject(
    machine=Orders,
    commands=CUSTOMERS.map(lambda customer: f"order {customer}".encode()),
    queries=CUSTOMERS,
)

EXPECT = {
    "circumstance": "clock",
    "line_of": "moment = datetime.now(UTC)",
    "or_line_of": ('return f"{moment:%Y%m%d-%H%M%S}-{len(self.orders)}"',),
}
