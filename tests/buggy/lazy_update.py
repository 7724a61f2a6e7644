"""The author turned update into a generator, which applies nothing until it is read: UPD-6."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line."""

    def __init__(self) -> None:
        self.waiting: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Iterable[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["push", job]:
                    self.waiting = (*self.waiting, job)
                    entry.result = Result(len(self.waiting))
                case ["pop"] if self.waiting:
                    entry.result = Result(1, self.waiting[0].encode())
                    self.waiting = self.waiting[1:]
                case _:
                    entry.result = Result(0)
            yield entry

    def lookup(self, query: object) -> object:
        return list(self.waiting)

    def prepare_snapshot(self) -> object:
        return self.waiting

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.waiting = tuple(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Jobs,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {"clauses": {"UPD-6"}, "line_of": "yield entry", "or_line_of": ("def update(",)}
