"""The context is the tuple of that moment, and updates put another tuple in its place."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line, in a tuple that is replaced as a whole."""

    def __init__(self) -> None:
        self.waiting: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["push", job]:
                    self.waiting = (*self.waiting, job)
                    entry.result = Result(len(self.waiting))
                case ["pop"] if self.waiting:
                    entry.result = Result(1, self.waiting[0].encode())
                    self.waiting = self.waiting[1:]
                case ["cancel", job]:
                    entry.result = Result(self.waiting.count(job))
                    self.waiting = tuple(other for other in self.waiting if other != job)
        return entries

    def lookup(self, query: object) -> object:
        waiting = self.waiting
        match query:
            case ["size"]:
                return len(waiting)
            case ["next"]:
                return waiting[0] if waiting else None
        return list(waiting)

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
    machine=Jobs, commands=queue.commands(), queries=queue.queries(), model=queue.Model
)
