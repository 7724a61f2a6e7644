"""Readers take no lock: they read a sequence number before and after, and try again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank

TRIES = 3


class Bank:
    """Move money between accounts; the sequence number is odd while somebody writes."""

    def __init__(self) -> None:
        self.writing = Lock()
        self.sequence = 0
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["transfer", payer, payee, amount] if self.balances[payer] >= int(amount):
                    with self.writing:
                        self.sequence += 1
                        self.balances[payer] -= int(amount)
                        self.balances[payee] += int(amount)
                        self.sequence += 1
                    entry.result = Result(1)
        return entries

    def _read(self) -> dict[str, int]:
        for _ in range(TRIES):
            before = self.sequence
            balances = {account: self.balances[account] for account in bank.ACCOUNTS}
            if before % 2 == 0 and self.sequence == before:
                return balances
        with self.writing:
            return dict(self.balances)

    def lookup(self, query: object) -> object:
        match query:
            case ["balance", str(account)]:
                return self._read()[account]
            case ["total"]:
                return sum(self._read().values())
        return self._read()

    def prepare_snapshot(self) -> object:
        return self._read()

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        balances = json.loads(b"".join(iter(reader.read, b"")))
        with self.writing:
            self.sequence += 1
            self.balances = balances
            self.sequence += 1

    def close(self) -> None:
        pass


subject = Subject(machine=Bank, commands=bank.commands(), queries=bank.queries(), model=bank.Model)
