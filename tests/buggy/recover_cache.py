"""The sorted list that lookups share is not thrown away by recovery: REC-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard

Rows = list[tuple[str, int]]


class Leaderboard:
    """Keep points, and the order of the players once somebody has asked for it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.points: dict[str, int] = {}
        self.sorted: Rows | None = None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            with self.lock:
                match entry.cmd.decode().split():
                    case ["score", player, step]:
                        self.points[player] = self.points.get(player, 0) + int(step)
                        entry.result = Result(self.points[player])
                    case ["leave", player]:
                        entry.result = Result(int(self.points.pop(player, None) is not None))
                self.sorted = None
        return entries

    def lookup(self, query: Any) -> object:
        with self.lock:
            if query[0] == "points":
                return self.points.get(query[1])
            if self.sorted is None:
                self.sorted = sorted(self.points.items(), key=lambda row: (-row[1], row[0]))
            return [list(row) for row in self.sorted]

    def prepare_snapshot(self) -> object:
        with self.lock:
            return dict(self.points)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        points = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.points = points

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leaderboard,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    model=leaderboard.Model,
)

EXPECT = {
    "clauses": {"REC-1"},
    "line_of": "            self.points = points",
    "or_line_of": ("def recover_from_snapshot(", "points = json.loads("),
    # A lookup after the recovery answers from before it.
    "also": {"RDC-1", "LKP-1", "BAT-6", "RDC-3"},
}
