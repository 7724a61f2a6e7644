"""Each order is answered with a fresh uuid4, which nothing keeps: UPD-2."""

from __future__ import annotations

import json
import uuid

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Orders:
    """Take orders in line and hand out a receipt for each."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", order]:
                self.waiting.append(order)
                receipt = uuid.uuid4()
                return Result(len(self.waiting), receipt.bytes)
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.waiting)
            case ["next"]:
                return self.waiting[0] if self.waiting else None
        return list(self.waiting)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.waiting).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.waiting = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Orders, commands=queue.commands(verbs=("push", "pop")), queries=queue.queries()
)

EXPECT = {"clauses": {"UPD-2"}, "line_of": "receipt = uuid.uuid4()"}
