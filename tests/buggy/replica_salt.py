"""Ids are made unique with the number of the replica that applies the entry: UPD-3."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Mailbox:
    """File each message under an id of its own."""

    def __init__(self, replica_id: int) -> None:
        self.replica_id = replica_id
        self.messages: tuple[tuple[int, str], ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["push", text]:
                    number = entry.index * 1000 + self.replica_id
                    self.messages = (*self.messages, (number, text))
                    entry.result = Result(number)
                case ["cancel", text]:
                    before = len(self.messages)
                    self.messages = tuple(m for m in self.messages if m[1] != text)
                    entry.result = Result(before - len(self.messages))
        return entries

    def lookup(self, query: object) -> object:
        return list(self.messages)

    def prepare_snapshot(self) -> object:
        return self.messages

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.messages = tuple((number, text) for number, text in saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Mailbox,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "clauses": {"UPD-3"},
    "line_of": "number = entry.index * 1000 + self.replica_id",
    "or_line_of": ("def update(",),
}
