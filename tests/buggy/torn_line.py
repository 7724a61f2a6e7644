"""One line of lookup reads two attributes that update writes one after the other: BAT-6."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Tally:
    """Hold what belongs together."""

    def __init__(self, value: int, changes: int) -> None:
        self.value = value
        self.changes = changes


class Counter:
    """Count, and count the changes."""

    def __init__(self) -> None:
        self.tally = Tally(0, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            before = self.tally.value
            match entry.cmd.decode().split():
                case ["add", step]:
                    entry.result = self._become(before + int(step))
                case ["sub", step] if before >= int(step):
                    entry.result = self._become(before - int(step))
                case ["sub", _]:
                    entry.result = Result(before, b"no")
                case ["reset"]:
                    self._become(0)
                    entry.result = Result(before)
                case _:
                    entry.result = Result(0)
        return entries

    def _become(self, value: int) -> Result:
        self.tally.value = value
        self.tally.changes += 1
        return Result(value)

    def lookup(self, query: object) -> object:
        tally = self.tally
        match query:
            case ["value"]:
                return tally.value
            case ["changes"]:
                return tally.changes
        return tally.value, tally.changes

    def prepare_snapshot(self) -> object:
        return [self.tally.value, self.tally.changes]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.tally = Tally(*json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(), model=counter.Model
)

EXPECT = {
    # Which of the two it is depends on where the line is interrupted.
    "clauses": {"BAT-6", "RDC-3"},
    "line_of": "return tally.value, tally.changes",
    "or_line_of": ("self.tally.value = value", "self.tally.changes += 1"),
}
