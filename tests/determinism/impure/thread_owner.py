"""A reservation belongs to the thread that applied it."""

from __future__ import annotations

import json
import threading

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Reservations:
    """Reserve names."""

    def __init__(self) -> None:
        self.owners: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", name] if name not in self.owners:
                self.owners[name] = threading.get_ident()
                return Result(self.owners[name])
            case ["cancel", name]:
                return Result(int(self.owners.pop(name, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        return len(self.owners) if query == ("size",) else dict(self.owners)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.owners).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.owners = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Reservations,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "thread ids",
    "line_of": "self.owners[name] = threading.get_ident()",
}
