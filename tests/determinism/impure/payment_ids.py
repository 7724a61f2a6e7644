"""A payment gets its id where it is applied, on every replica another one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


@dataclass
class Payment:
    """Money on its way."""

    payer: str
    amount: int
    ident: str = field(default_factory=lambda: uuid.uuid4().hex)


class Payments:
    """Keep the last payment of everybody."""

    def __init__(self) -> None:
        self.last: dict[str, Payment] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode(errors="replace").split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["transfer", payer, _payee, amount] if amount.isdecimal():
                payment = Payment(payer, int(amount))
                self.last = {**self.last, payer: payment}
                return Result(payment.amount, payment.ident.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        last = self.last
        match query:
            case ["balance", str(payer)]:
                return last[payer].ident if payer in last else None
        return sum(payment.amount for payment in last.values())

    def prepare_snapshot(self) -> object:
        return [asdict(payment) for payment in self.last.values()]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.last = {payment["payer"]: Payment(**payment) for payment in saved}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Payments,
    commands=bank.commands(),
    queries=bank.queries(verbs=("balance", "total")),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "ident: str = field(default_factory=lambda: uuid.uuid4().hex)",
    "or_line_of": ("payment = Payment(payer, int(amount))",),
}
