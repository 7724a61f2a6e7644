"""A transfer of exactly one more than there is goes through, against the model: UPD-2."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Bank:
    """Move money between accounts that must not fall below zero."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["transfer", payer, payee, amount]:
                if self.balances[payer] - int(amount) < -1:
                    return Result(0)
                self.balances[payer] -= int(amount)
                self.balances[payee] += int(amount)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["balance", str(account)]:
                return self.balances[account]
            case ["total"]:
                return sum(self.balances.values())
        return dict(self.balances)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.balances).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.balances = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(machine=Bank, commands=bank.commands(), queries=bank.queries(), model=bank.Model)

EXPECT = {
    "clauses": {"UPD-1", "UPD-2"},
    "line_of": "if self.balances[payer] - int(amount) < -1:",
    "or_line_of": ("def update(",),
}
