"""The position of a name is what the search returns, and nobody keeps it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard

Row = tuple[str, int]


class Points:
    """Keep players and points in one sorted tuple of rows, replaced as a whole."""

    def __init__(self) -> None:
        self.rows: tuple[Row, ...] = ()

    def _find(self, rows: tuple[Row, ...], player: str) -> tuple[int, bool]:
        slot = bisect_left(rows, (player, 0))
        return slot, slot < len(rows) and rows[slot][0] == player

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        rows = list(self.rows)
        match words:
            case ["score", player, step]:
                points = int(step)
                slot, is_there = self._find(self.rows, player)
                if is_there:
                    points += rows.pop(slot)[1]
                rows.insert(slot, (player, points))
            case ["leave", player] if self._find(self.rows, player)[1]:
                points = 1
                del rows[self._find(self.rows, player)[0]]
            case _:
                return Result(0)
        self.rows = tuple(rows)
        return Result(points)

    def lookup(self, query: Any) -> object:
        rows = self.rows
        slot, is_there = self._find(rows, query[1])
        return rows[slot][1] if is_there else None

    def prepare_snapshot(self) -> object:
        return self.rows

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.rows = tuple((player, points) for player, points in saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Points,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(verbs=("points",)),
    model=leaderboard.Model,
)
