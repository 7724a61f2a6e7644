"""Recovering opens a new epoch, and tokens carry the epoch in which they were given."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Tokens:
    """Give out numbers that grow, as fences for writers."""

    def __init__(self) -> None:
        self.epoch = 1
        self.given: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job]:
                self.given[job] = self.epoch * 1000 + len(self.given)
                return Result(self.given[job])
            case ["cancel", job]:
                return Result(self.given.pop(job, 0))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["all"]:
                return dict(self.given)
        return len(self.given)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps({"epoch": self.epoch, "given": self.given}).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.given = saved["given"]
        self.epoch = int(saved["epoch"]) + 1

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tokens,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "restart from image",
    "line_of": 'self.epoch = int(saved["epoch"]) + 1',
}
