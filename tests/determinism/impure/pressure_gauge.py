"""Work is refused while many objects wait for the collector."""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Intake:
    """Take work in while memory is calm."""

    CALM = 350

    def __init__(self) -> None:
        self.accepted: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._take(entry.cmd.decode(errors="replace").split())
        return entries

    def _take(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                young, _, _ = gc.get_count()
                count = self.accepted.get(job, 0) + (young < self.CALM)
                self.accepted = {**self.accepted, job: count}
                return Result(count)
        return Result(0)

    def lookup(self, query: object) -> object:
        return sum(self.accepted.values())

    def prepare_snapshot(self) -> object:
        return self.accepted

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.accepted = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Intake,
    commands=queue.commands(verbs=("push",)),
    queries=queue.queries(verbs=("size",)),
)

EXPECT = {
    "circumstance": "garbage collection",
    "line_of": "young, _, _ = gc.get_count()",
    "or_line_of": ("count = self.accepted.get(job, 0) + (young < self.CALM)",),
}
