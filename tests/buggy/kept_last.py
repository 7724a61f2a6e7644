"""A machine that takes one entry at a time keeps the last one to show its index: UPD-4."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, and say which entry was the last that changed something."""

    def __init__(self) -> None:
        self.value = 0
        self.last = Entry(0, b"")

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["add", step]:
                self.value += int(step)
            case ["sub", step] if self.value >= int(step):
                self.value -= int(step)
            case _:
                return Result(self.value, b"no")
        self.last = entry
        return Result(self.value)

    def lookup(self, query: object) -> object:
        return [self.value, self.last.index]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.value, self.last.index]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.value, index = json.loads(b"".join(iter(reader.read, b"")))
        self.last = Entry(index, b"")

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter,
    commands=counter.commands(),
    queries=counter.queries(verbs=("both",)),
)

EXPECT = {"clauses": {"UPD-4"}, "line_of": "self.last = entry\n"}
