"""The list that a lookup answers is the machine's own: LKP-3."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", job]:
                self.waiting.append(job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
            case ["cancel", job]:
                before = len(self.waiting)
                self.waiting = [other for other in self.waiting if other != job]
                return Result(before - len(self.waiting))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.waiting)
            case ["next"]:
                return self.waiting[0] if self.waiting else None
        return self.waiting

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.waiting).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.waiting = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Jobs, commands=queue.commands(), queries=queue.queries(), model=queue.Model
)

EXPECT = {
    "clauses": {"LKP-3"},
    "line_of": "        return self.waiting\n",
    "or_line_of": ("def lookup(",),
}
