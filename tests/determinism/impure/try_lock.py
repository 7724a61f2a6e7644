"""A transfer is refused when a reader happens to hold the lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Bank:
    """Move money between three accounts; readers and writers share a lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._guarded(entry.cmd.decode(errors="replace").split())
        return entries

    def _guarded(self, words: list[str]) -> Result:
        if not self.lock.acquire(blocking=False):
            return Result(0, b"busy")
        try:
            return Result(int(self._transfer(words)))
        finally:
            self.lock.release()

    def _transfer(self, words: list[str]) -> bool:
        match words:
            case ["transfer", payer, payee, amount] if {payer, payee} <= self.balances.keys():
                if not amount.isdecimal() or self.balances[payer] < int(amount):
                    return False
                self.balances[payer] -= int(amount)
                self.balances[payee] += int(amount)
                return True
        return False

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["balance", str(account)]:
                    return self.balances.get(account)
                case ["total"]:
                    return sum(self.balances.values())
            return dict(self.balances)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return dict(self.balances)

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
        balances = json.loads(b"".join(parts))
        with self.lock:
            self.balances = balances

    def close(self) -> None:
        pass


subject = Subject(machine=Bank, commands=bank.commands(), queries=bank.queries())

EXPECT = {
    "circumstance": "schedule",
    "line_of": "if not self.lock.acquire(blocking=False):",
    "or_line_of": ('return Result(0, b"busy")',),
}
