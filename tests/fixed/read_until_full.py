"""recover reads on until there is enough, and says so where nothing comes any more."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Board:
    """Keep the points of players; an image is a length and then JSON."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}

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
        return self.points

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        body = json.dumps(context).encode()
        image = struct.pack(">I", len(body)) + body
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        (size,) = struct.unpack(">I", _read(reader, 4))
        self.points = json.loads(_read(reader, size))

    def close(self) -> None:
        pass


def _read(reader: Reader, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = reader.read(size - len(data))
        if not more:
            raise EOFError(f"expected {size} bytes, got {len(data)}")
        data += more
    return data


subject = Subject(
    machine=Board,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    model=leaderboard.Model,
)
