"""Lookup and update leave the position of a name in the same member: LKP-1."""

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
        self.slot = 0

    def _find(self, rows: tuple[Row, ...], player: str) -> int | None:
        slot = bisect_left(rows, (player, 0))
        self.slot = slot
        return slot if slot < len(rows) and rows[slot][0] == player else None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        rows = list(self.rows)
        match words:
            case ["score", player, step]:
                points = int(step)
                if self._find(self.rows, player) is not None:
                    points += rows.pop(self.slot)[1]
                rows.insert(self.slot, (player, points))
            case ["leave", player] if self._find(self.rows, player) is not None:
                points = 1
                del rows[self.slot]
            case _:
                return Result(0)
        self.rows = tuple(rows)
        return Result(points)

    def lookup(self, query: Any) -> object:
        rows = self.rows
        slot = self._find(rows, query[1])
        return None if slot is None else rows[slot][1]

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

EXPECT = {
    # update may also fall over the position, and lookups find rows out of order afterwards.
    "clauses": {"LKP-1", "CRA-1"},
    "line_of": "self.slot = slot",
    "or_line_of": ("def lookup(", "def update(", "points += rows.pop(self.slot)[1]",
                   "rows.insert(self.slot, (player, points))", "del rows[self.slot]"),
    "also": {"UPD-2", "RDC-1", "RDC-3"},
    "after": ("hyperledger/fabric issue 1545", "js-abci issue 1"),
}  # fmt: skip
