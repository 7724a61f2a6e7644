"""A reader clears the event after the batch it saw has ended, and waits for it: PRG-2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Event

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Leaderboard:
    """Keep points; readers that come in the middle of a batch wait for its end."""

    def __init__(self) -> None:
        self.busy = False
        self.idle = Event()
        self.points: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.busy = True
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        self.busy = False
        self.idle.set()
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
        while self.busy:
            self.idle.clear()
            self.idle.wait()
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

EXPECT = {
    "clauses": {"PRG-2"},
    "line_of": "self.idle.wait()",
    "or_line_of": ("self.idle.clear()", "def lookup("),
}
