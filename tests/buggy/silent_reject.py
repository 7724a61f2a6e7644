"""A transfer that is refused leaves the loop before its result is set: UPD-7."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Bank:
    """Move money in one step, from one mapping of balances to the next."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["transfer", payer, payee, amount]:
                    after = dict(self.balances)
                    after[payer] -= int(amount)
                    if after[payer] < 0:
                        continue
                    after[payee] += int(amount)
                    self.balances = after
            entry.result = Result(1)
        return entries

    def lookup(self, query: object) -> object:
        balances = self.balances
        match query:
            case ["balance", str(account)]:
                return balances[account]
            case ["total"]:
                return sum(balances.values())
        return dict(balances)

    def prepare_snapshot(self) -> object:
        return self.balances

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
    "clauses": {"UPD-7"},
    "line_of": "continue",
    "or_line_of": ("def update(",),
    # An answer that is missing is not the model's either.
    "also": {"UPD-2"},
}
