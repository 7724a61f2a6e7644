"""A round is dealt to the players in an order that is shuffled where it is dealt."""

from __future__ import annotations

import json
from random import shuffle

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Table:
    """Deal cards to those who sit at the table."""

    def __init__(self) -> None:
        self.players: tuple[str, ...] = ()
        self.turns: tuple[str, ...] = ()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", player, _] if player not in self.players:
                self.players = (*self.players, player)
            case ["leave", player] if player in self.players:
                self.players = tuple(other for other in self.players if other != player)
            case _:
                return Result(0)
        self.turns = self._deal(list(self.players))
        return Result(len(self.turns), " ".join(self.turns).encode())

    def _deal(self, order: list[str]) -> tuple[str, ...]:
        shuffle(order)
        return tuple(order)

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(player)] if player in self.turns:
                return self.turns.index(player)
        return " ".join(self.turns)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.players, self.turns]).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.players, self.turns = map(tuple, saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Table,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    probes=[("top",)],
)

EXPECT = {"circumstance": "random source", "line_of": "shuffle(order)\n        return tuple(order)"}
