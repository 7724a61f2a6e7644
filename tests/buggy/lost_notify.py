"""A batch in which nothing changed ends without waking the readers that waited for it: PRG-2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Condition

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Bank:
    """Move money; a readers-writer lock keeps readers out of a batch."""

    def __init__(self) -> None:
        self.turn = Condition()
        self.readers = 0
        self.writing = False
        self.balances = dict.fromkeys(bank.ACCOUNTS, bank.START)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        with self.turn:
            while self.readers:
                self.turn.wait()  # for readers
            self.writing = True
        changed = 0
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
            changed += entry.result.value
        with self.turn:
            self.writing = False
            if changed:
                self.turn.notify_all()
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["transfer", payer, payee, amount] if self.balances[payer] >= int(amount):
                self.balances[payer] -= int(amount)
                self.balances[payee] += int(amount)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        with self.turn:
            while self.writing:
                self.turn.wait()
            self.readers += 1
        balances = dict(self.balances)
        with self.turn:
            self.readers -= 1
            self.turn.notify_all()
        match query:
            case ["balance", str(account)]:
                return balances[account]
            case ["total"]:
                return sum(balances.values())
        return balances

    def prepare_snapshot(self) -> object:
        return dict(self.balances)

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


TOO_MUCH = st.just(b"transfer ann bob 31")

subject = Subject(
    machine=Bank,
    commands=st.one_of(bank.commands(), TOO_MUCH),
    queries=bank.queries(),
    model=bank.Model,
)

EXPECT = {
    "clauses": {"PRG-2"},
    "line_of": "                self.turn.wait()\n",
    "or_line_of": ("def lookup(", "def update(", "            if changed:"),
}
