"""An entry counts as a repetition unless its index is the last one plus one: UPD-2."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Once:
    """Apply every entry once, by its index."""

    def __init__(self) -> None:
        self.applied = 0
        self.value = 0

    def update(self, entry: Entry) -> Result:
        if self.applied and entry.index != self.applied + 1:
            return Result(self.value)
        self.applied = entry.index
        match entry.cmd.decode().split():
            case ["add", step]:
                self.value += int(step)
            case ["sub", step]:
                if self.value < int(step):
                    return Result(self.value, b"no")
                self.value -= int(step)
            case ["reset"]:
                before, self.value = self.value, 0
                return Result(before)
            case _:
                return Result(0)
        return Result(self.value)

    def lookup(self, query: object) -> object:
        return self.value

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.applied, self.value]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.applied, self.value = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Once,
    commands=counter.commands(),
    queries=counter.queries(verbs=("value",)),
    model=counter.Model,
)

EXPECT = {
    # Only the model can tell; without gaps in the log the machine is right.
    "clauses": {"UPD-1", "UPD-2"},
    "line_of": "if self.applied and entry.index != self.applied + 1:",
    "or_line_of": ("def update(",),
}
