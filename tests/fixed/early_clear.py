"""Readers that come in the middle of a batch wait on a condition for its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Condition

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Leaderboard:
    """Keep points; readers that come in the middle of a batch wait for its end."""

    def __init__(self) -> None:
        self.busy = False
        self.idle = Condition()
        self.points: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        with self.idle:
            self.busy = True
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        with self.idle:
            self.busy = False
            self.idle.notify_all()
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["score", player, step]:
                points = self.points.get(player, 0) + int(step)
                self.points[player] = points
                return Result(points)
            case ["leave", player]:
                return Result(int(self.points.pop(player, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        with self.idle:
            self.idle.wait_for(lambda: not self.busy)
            points = dict(self.points)
        match query:
            case ["points", str(player)]:
                return points.get(player)
        return [list(row) for row in sorted(points.items(), key=lambda row: (-row[1], row[0]))]

    def prepare_snapshot(self) -> object:
        return dict(self.points)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.points = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leaderboard,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    model=leaderboard.Model,
)
