"""The winner is drawn by a generator of its own, seeded with the index of the entry."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Raffle:
    """Collect tickets; every pop draws one of them."""

    def __init__(self) -> None:
        self.tickets: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split(), entry.index)
        return entries

    def _apply(self, words: list[str], seed: int) -> Result:
        match words:
            case ["push", ticket]:
                self.tickets = (*self.tickets, ticket)
                return Result(len(self.tickets))
            case ["pop"] if self.tickets:
                drawn = random.Random(seed).randrange(len(self.tickets))
                winner = self.tickets[drawn]
                self.tickets = self.tickets[:drawn] + self.tickets[drawn + 1 :]
                return Result(1, winner.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return list(self.tickets)

    def prepare_snapshot(self) -> object:
        return self.tickets

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.tickets = tuple(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Raffle,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)
