"""Interest has as many places as the precision of the context allows for."""

from __future__ import annotations

import decimal
import json
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Accounts:
    """Pay interest."""

    def __init__(self) -> None:
        self.balances: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode(errors="replace").split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["pay", account, amount] if amount.isdecimal():
                balance = self._with_interest(Decimal(self.balances.get(account, "0")), int(amount))
                self.balances = {**self.balances, account: f"{balance}"}
                return Result(int(balance), self.balances[account].encode())
        return Result(0)

    @staticmethod
    def _with_interest(balance: Decimal, amount: int) -> Decimal:
        context = decimal.getcontext()
        kept = context.divide(balance, Decimal(3))
        return (kept + amount) % 1_000_000

    def lookup(self, query: object) -> object:
        return self.balances.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.balances

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.balances = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


ACCOUNTS = st.sampled_from(("ann", "bob"))

subject = Subject(
    machine=Accounts,
    commands=st.builds("pay {} {}".format, ACCOUNTS, st.integers(1, 99)).map(str.encode),
    queries=ACCOUNTS,
)

EXPECT = {
    "circumstance": "decimal context",
    "line_of": "context = decimal.getcontext()",
    "or_line_of": (
        "kept = context.divide(balance, Decimal(3))",
        "return (kept + amount) % 1_000_000",
    ),
}
