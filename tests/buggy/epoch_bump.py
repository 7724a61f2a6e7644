"""Every recovery begins a new epoch, and the epoch is part of the answers: SAV-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Tickets:
    """Number jobs within an epoch; ``state`` is replaced as a whole."""

    def __init__(self) -> None:
        self.state: tuple[int, int] = (1, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            epoch, number = self.state
            if entry.cmd.startswith(b"push"):
                self.state = (epoch, number + 1)
            entry.result = Result(epoch * 1000 + number)
        return entries

    def lookup(self, query: Any) -> object:
        _, number = self.state
        return number

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        epoch, number = json.loads(b"".join(iter(reader.read, b"")))
        self.state = (epoch + 1, number)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tickets, commands=queue.commands(), queries=queue.queries(verbs=("size",))
)

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": "self.state = (epoch + 1, number)",
    "or_line_of": ("def recover_from_snapshot(", "epoch, number = json.loads("),
}
