"""A cache is dropped when the collector runs, and how often it was is part of the answers."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Rounds:
    """Count the collections of this process, as long as there is somebody to tell."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        self.count += phase == "stop"


class Cache:
    """Keep numbers, and say how fresh they are."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.rounds = Rounds()
        gc.callbacks.append(self.rounds)

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["incr", key, number] if number.isdecimal():
                self.numbers[key] = self.numbers.get(key, 0) + int(number)
                return Result(self.numbers[key], b"round %d" % self._round())
        return Result(0)

    def _round(self) -> int:
        return self.rounds.count

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.numbers.get(key)
        return dict(self.numbers)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self._round(), self.numbers]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.rounds.count, self.numbers = json.loads(b"".join(parts))

    def close(self) -> None:
        if self.rounds in gc.callbacks:
            gc.callbacks.remove(self.rounds)


subject = Subject(
    machine=Cache,
    commands=kv.commands(verbs=("incr",)),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "circumstance": "garbage collection",
    "line_of": "return self.rounds.count",
    "or_line_of": (
        'self.count += phase == "stop"',
        'return Result(self.numbers[key], b"round %d" % self._round())',
    ),
}
