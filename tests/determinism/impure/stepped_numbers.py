"""Numbers are given in steps of sixteen from the replica's own id, so that no two ever meet."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Invoices:
    """Number invoices."""

    STEP = 16

    def __init__(self, replica_id: int) -> None:
        self.offset = replica_id % self.STEP
        self.invoices: list[list[Any]] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["bill", customer]:
                number = len(self.invoices) * self.STEP + self.offset
                self.invoices.append([number, customer])
                return Result(number)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["last"]:
                return self.invoices[-1][0] if self.invoices else None
        return sum(customer == query for _, customer in self.invoices)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.invoices).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.invoices = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


CUSTOMERS = st.sampled_from(("ann", "bob", "cyd"))

subject = Subject(
    machine=Invoices,
    commands=CUSTOMERS.map(lambda customer: f"bill {customer}".encode()),
    queries=CUSTOMERS | st.just(("last",)),
)

EXPECT = {
    "circumstance": "replica id",
    "line_of": "number = len(self.invoices) * self.STEP + self.offset",
    "or_line_of": ("self.offset = replica_id % self.STEP",),
}
