"""A batch is collected in a buffer first and applied in order, however it was cut."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Ledger:
    """Book amounts; a batch is one publication and every entry one step."""

    def __init__(self) -> None:
        self.state: tuple[int, int] = (0, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        total, steps = self.state
        results = []
        for words in [entry.cmd.decode(errors="replace").split() for entry in entries]:
            match words:
                case ["add", amount] if amount.isdecimal():
                    total, steps = total + int(amount), steps + 1
                case ["sub", amount] if amount.isdecimal() and int(amount) <= total:
                    total, steps = total - int(amount), steps + 1
            results.append(Result(total, b"step %d" % steps))
        for entry, result in zip(entries, results, strict=True):
            entry.result = result
        self.state = (total, steps)
        return entries

    def lookup(self, query: object) -> object:
        total, steps = self.state
        match query:
            case ["value"]:
                return total
            case ["changes"]:
                return steps
        return (total, steps)

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.state = (saved[0], saved[1])

    def close(self) -> None:
        pass


subject = Subject(machine=Ledger, commands=counter.commands(), queries=counter.queries())

PURE = "every entry is worked out from the one before it; only the publication waits for the batch"
