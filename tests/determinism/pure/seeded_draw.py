"""Winners are drawn with a generator that the entry's index seeds."""

from __future__ import annotations

import json
import random

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Raffle:
    """Draw one of those who entered."""

    def __init__(self) -> None:
        self.players: list[str] = []
        self.winner = ""

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["enter", player]:
                self.players.append(player)
                return Result(len(self.players))
            case ["draw"] if self.players:
                self.winner = random.Random(entry.index).choice(self.players)
                self.players.remove(self.winner)
                return Result(1, self.winner.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return self.winner if query == ("winner",) else len(self.players)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.players, self.winner]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.players, self.winner = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Raffle,
    commands=st.sampled_from([b"enter ann", b"enter bob", b"enter cyd", b"draw"]),
    queries=st.sampled_from([("winner",), ("count",)]),
)

PURE = "the generator is made anew for each entry and its seed is the entry's index"
