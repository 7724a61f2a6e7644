"""The last entry of a batch gets the result, as if it stood for all of them: UPD-7."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count up, and say where the counter stands."""

    def __init__(self) -> None:
        self.value = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["add", step]:
                    self.value += int(step)
                case ["reset"]:
                    self.value = 0
        entries[-1].result = Result(self.value)
        return entries

    def lookup(self, query: object) -> object:
        return self.value

    def prepare_snapshot(self) -> object:
        return [self.value]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
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
    "clauses": {"UPD-7"},
    "line_of": "entries[-1].result = Result(self.value)",
    "or_line_of": ("def update(",),
}
