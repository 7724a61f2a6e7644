"""Each prepare freezes anew, whatever became of the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Board:
    """Keep the points of players; one frozen copy serves until an image was written of it."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}
        self.frozen: dict[str, int] | None = None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["score", player, step]:
                    self.points = {**self.points, player: self.points.get(player, 0) + int(step)}
                    entry.result = Result(self.points[player])
                case ["leave", player]:
                    entry.result = Result(int(player in self.points))
                    self.points = {p: n for p, n in self.points.items() if p != player}
                case _:
                    entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        points = self.points
        match query:
            case ["points", str(player)]:
                return points.get(player)
        return [[name, n] for name, n in sorted(points.items(), key=lambda p: (-p[1], p[0]))]

    def prepare_snapshot(self) -> object:
        self.frozen = dict(self.points)
        return self.frozen

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        self.frozen = None
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.points = json.loads(b"".join(iter(reader.read, b"")))
        self.frozen = None

    def close(self) -> None:
        pass


subject = Subject(
    machine=Board,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    model=leaderboard.Model,
)
