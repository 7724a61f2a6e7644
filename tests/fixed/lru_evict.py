"""The oldest answers are thrown away, and what is thrown away can be made again: no state."""

from __future__ import annotations

import json
from collections import OrderedDict
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard

ROOM = 2


class Leaderboard:
    """Keep points, and the answers to the latest questions about them."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}
        self.lock = Lock()
        self.answers: OrderedDict[str, str] = OrderedDict()

    def update(self, entry: Entry) -> Result:
        self.answers.clear()
        match entry.cmd.decode().split():
            case ["score", player, step]:
                self.points[player] = self.points.get(player, 0) + int(step)
                return Result(self.points[player])
            case ["leave", player]:
                return Result(int(self.points.pop(player, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        asked = "/".join(query)
        with self.lock:
            if asked not in self.answers:
                self.answers[asked] = json.dumps(self._answer(query))
                if len(self.answers) > ROOM:
                    self.answers.popitem(last=False)
            self.answers.move_to_end(asked)
            return json.loads(self.answers[asked])

    def _answer(self, query: Any) -> object:
        if query[0] == "points":
            return self.points.get(query[1])
        return sorted(self.points.items(), key=lambda row: (-row[1], row[0]))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.points).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.points = json.loads(b"".join(iter(reader.read, b"")))
        self.answers.clear()

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leaderboard,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
    model=leaderboard.Model,
)
