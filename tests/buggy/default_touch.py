"""Asking for a player that nobody knows creates the player, in a defaultdict: LKP-1."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Players:
    """Keep points; everybody starts with none."""

    def __init__(self) -> None:
        self.points: defaultdict[str, int] = defaultdict(int)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["score", player, step]:
                    self.points[player] += int(step)
                case ["leave", player]:
                    self.points.pop(player, None)
            entry.result = Result(len(self.points))
        return entries

    def lookup(self, query: Any) -> object:
        if query[0] == "top":
            return len(self.points)
        return self.points[query[1]]

    def prepare_snapshot(self) -> object:
        return dict(self.points)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.points = defaultdict(int, json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(machine=Players, commands=leaderboard.commands(), queries=leaderboard.queries())

EXPECT = {
    "clauses": {"LKP-1"},
    "line_of": "return self.points[query[1]]",
    "or_line_of": ("def lookup(",),
}
