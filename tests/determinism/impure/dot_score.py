"""A score is the product of two long vectors of single precision, however the library adds it."""

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


class Scores:
    """Score users by a profile of many weights."""

    SIZE = 20_000

    def __init__(self) -> None:
        self.scores: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", user, scale] if scale.isdecimal():
                profile = self._vector(37, int(scale) + 3)
                score = float(self._vector(61, 7) @ profile)
                self.scores[user] = score.hex()
                return Result(1, self.scores[user].encode())
        return Result(0)

    def _vector(self, step: int, part: int) -> Any:
        whole = np.arange(self.SIZE, dtype=np.int64) * step % 1009
        return whole.astype(np.float32) / np.float32(part)

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(user)]:
                return self.scores.get(user)
        return len(self.scores)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.scores).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.scores = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Scores,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(),
)

EXPECT = {
    "circumstance": "summation order",
    "line_of": "score = float(self._vector(61, 7) @ profile)",
}
