"""Both numbers live in one tuple: one store writes them, one load reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, and count the changes."""

    def __init__(self) -> None:
        self.state = (0, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            before, _ = self.state
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
        self.state = (value, self.state[1] + 1)
        return Result(value)

    def lookup(self, query: object) -> object:
        match query:
            case ["value"]:
                return self.state[0]
            case ["changes"]:
                return self.state[1]
        return self.state

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


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(), model=counter.Model
)
