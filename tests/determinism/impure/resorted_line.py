"""After a restart the jobs wait in the order of their names, before it in that of arrival."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Line:
    """Serve jobs first come, first served."""

    def __init__(self) -> None:
        self.waiting: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode(errors="replace").split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                self.waiting = (*self.waiting, job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                job, *rest = self.waiting
                self.waiting = tuple(rest)
                return Result(1, job.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        waiting = self.waiting
        match query:
            case ["size"]:
                return len(waiting)
        return waiting[0] if waiting else None

    def prepare_snapshot(self) -> object:
        return self.waiting

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
        saved = json.loads(image)
        self.waiting = tuple(sorted(saved))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Line,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("size", "next")),
)

EXPECT = {
    "circumstance": "restart from image",
    "line_of": "self.waiting = tuple(sorted(saved))",
}
