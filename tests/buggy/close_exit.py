"""A lookup on a closed machine ends the process: LKP-6."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, until closed."""

    def __init__(self) -> None:
        self.value = 0
        self.closed = False

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["add", step]:
                    self.value += int(step)
                case ["reset"]:
                    self.value = 0
            entry.result = Result(self.value)
        return entries

    def lookup(self, query: object) -> object:
        if self.closed:
            sys.exit("the counter is closed")
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
        self.closed = True


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(verbs=("value",))
)

EXPECT = {
    "clauses": {"LKP-6"},
    "line_of": 'sys.exit("the counter is closed")',
    "or_line_of": ("def lookup(",),
    "also": {"CRA-1"},
}
