"""A batch is applied and returned grouped by player, not in its own order: UPD-6."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


def _player(entry: Entry) -> bytes:
    return entry.cmd.split()[1] if entry.cmd else b""


class Leaderboard:
    """Keep points; players do not interact, so that their commands may be grouped."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        grouped = sorted(entries, key=_player)
        for entry in grouped:
            entry.result = self._apply(entry.cmd.decode().split())
        return grouped

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["score", player, step]:
                self.points[player] = self.points.get(player, 0) + int(step)
                return Result(self.points[player])
            case ["leave", player]:
                return Result(int(self.points.pop(player, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(player)]:
                return self.points.get(player)
        return None

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
    queries=leaderboard.queries(verbs=("points",)),
    model=leaderboard.Model,
)

EXPECT = {
    "clauses": {"UPD-6"},
    "line_of": "grouped = sorted(entries, key=_player)",
    "or_line_of": ("def update(", "return grouped"),
}
