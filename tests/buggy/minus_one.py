"""A refused command is answered with -1, which no unsigned number can be: RES-1."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, but not below zero."""

    def __init__(self) -> None:
        self.value = 0

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["add", step]:
                self.value += int(step)
            case ["sub", step]:
                if self.value < int(step):
                    return Result(-1)
                self.value -= int(step)
        return Result(self.value)

    def lookup(self, query: object) -> object:
        return self.value

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.value]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        (self.value,) = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(verbs=("value",))
)

EXPECT = {
    "clauses": {"RES-1"},
    "line_of": "return Result(-1)",
    "or_line_of": ("def update(",),
}
