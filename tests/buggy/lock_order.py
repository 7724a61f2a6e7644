"""A transfer locks payer before payee, a lookup of all locks by name: PRG-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Account:
    """Hold money behind a lock."""

    def __init__(self, money: int) -> None:
        self.lock = Lock()
        self.money = money


class Bank:
    """Move money between accounts; each has a lock of its own."""

    def __init__(self) -> None:
        self.accounts = {name: Account(bank.START) for name in bank.ACCOUNTS}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["transfer", payer, payee, amount]:
                    entry.result = self._transfer(payer, payee, int(amount))
        return entries

    def _transfer(self, payer: str, payee: str, amount: int) -> Result:
        source, target = self.accounts[payer], self.accounts[payee]
        if source.money < amount:
            return Result(0)
        if source is not target:
            with source.lock:
                with target.lock:
                    source.money -= amount
                    target.money += amount
        return Result(1)

    def lookup(self, query: object) -> object:
        match query:
            case ["balance", str(name)]:
                account = self.accounts[name]
                with account.lock:
                    return account.money
        balances = self._balances(self.accounts)
        return sum(balances.values()) if query == ("total",) else balances

    def _balances(self, accounts: dict[str, Account]) -> dict[str, int]:
        with ExitStack() as stack:
            for _, account in sorted(accounts.items()):
                stack.enter_context(account.lock)
            return {name: account.money for name, account in accounts.items()}

    def prepare_snapshot(self) -> object:
        return {name: account.money for name, account in self.accounts.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.accounts = {name: Account(money) for name, money in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(machine=Bank, commands=bank.commands(), queries=bank.queries(), model=bank.Model)

EXPECT = {
    "clauses": {"PRG-1"},
    "line_of": "with target.lock:",
    "or_line_of": ("stack.enter_context(account.lock)",),
}
