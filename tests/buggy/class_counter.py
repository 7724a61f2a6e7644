"""The last ticket number is an attribute of the class, so that all instances share it: NEW-1."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Tickets:
    """Give every job the next number and serve the lowest first."""

    last = 0

    def __init__(self) -> None:
        self.open: dict[int, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", job]:
                Tickets.last += 1
                self.open[Tickets.last] = job
                return Result(Tickets.last)
            case ["pop"] if self.open:
                return Result(1, self.open.pop(min(self.open)).encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return [Tickets.last, *sorted(self.open.items())]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([Tickets.last, list(self.open.items())]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        Tickets.last, waiting = json.loads(b"".join(iter(reader.read, b"")))
        self.open = dict(waiting)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tickets,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "clauses": {"NEW-1", "NEW-2"},
    "line_of": "Tickets.last += 1",
    "or_line_of": ("    last = 0", "def __init__(", "def update("),
}
