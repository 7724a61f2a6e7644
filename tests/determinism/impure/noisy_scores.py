"""Points are blurred by noise from a generator that is made where it is needed."""

from __future__ import annotations

import importlib
import json
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


np = _optional("numpy")
NEEDS = ("numpy",)


class Board:
    """Publish points with noise, so that nobody can count them back."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", player, number] if number.isdecimal():
                blurred = 1000 * int(number) + self._noise()
                self.points[player] = self.points.get(player, 0) + blurred
                return Result(self.points[player])
            case ["leave", player]:
                return Result(self.points.pop(player, 0))
        return Result(0)

    @staticmethod
    def _noise() -> int:
        return int(np.random.default_rng().integers(0, 1000))

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(player)]:
                return self.points.get(player)
        return sum(self.points.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.points).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.points = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(machine=Board, commands=leaderboard.commands(), queries=leaderboard.queries())

EXPECT = {
    "circumstance": "random source",
    "line_of": "return int(np.random.default_rng().integers(0, 1000))",
}
