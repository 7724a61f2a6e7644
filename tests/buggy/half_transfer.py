"""Money leaves one account before it arrives in the other, and a lookup can see that: BAT-6."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Bank:
    """Move money between accounts; copying a dict is one step, so readers need no lock."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["transfer", payer, payee, amount] if self.balances[payer] >= int(amount):
                    self.balances[payer] -= int(amount)
                    self.balances[payee] += int(amount)
                    entry.result = Result(1)
        return entries

    def lookup(self, query: object) -> object:
        balances = dict(self.balances)
        match query:
            case ["balance", str(account)]:
                return balances[account]
            case ["total"]:
                return sum(balances.values())
        return balances

    def prepare_snapshot(self) -> object:
        return self.balances.copy()

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.balances = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(machine=Bank, commands=bank.commands(), queries=bank.queries(), model=bank.Model)

EXPECT = {
    "clauses": {"BAT-6"},
    "line_of": "balances = dict(self.balances)",
    "or_line_of": (
        "self.balances[payer] -= int(amount)",
        "self.balances[payee] += int(amount)",
        "def lookup(",
    ),
}
