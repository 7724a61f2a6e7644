"""The image holds both numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, and count the changes, in one pair that is replaced as a whole."""

    def __init__(self) -> None:
        self.state = (0, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            value, changes = self.state
            match entry.cmd.decode().split():
                case ["add", step]:
                    self.state = (value + int(step), changes + 1)
                case ["sub", step] if value >= int(step):
                    self.state = (value - int(step), changes + 1)
            entry.result = Result(self.state[0])
        return entries

    def lookup(self, query: object) -> object:
        value, changes = self.state
        match query:
            case ["value"]:
                return value
            case ["changes"]:
                return changes
        return value, changes

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        value, changes = json.loads(b"".join(iter(reader.read, b"")))
        self.state = (value, changes)

    def close(self) -> None:
        pass


subject = Subject(machine=Counter, commands=counter.commands(), queries=counter.queries())
