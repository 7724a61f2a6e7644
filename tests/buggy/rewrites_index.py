"""The machine numbers entries without gaps, in the entries of the host: UPD-5."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Journal:
    """Keep lines under numbers of their own."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", text]:
                entry.index = len(self.lines) + 1
                self.lines.append((entry.index, text))
        return Result(len(self.lines))

    def lookup(self, query: object) -> object:
        return list(self.lines)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.lines).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.lines = [(number, text) for number, text in saved]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Journal,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "clauses": {"UPD-5"},
    "line_of": "entry.index = len(self.lines) + 1",
    "or_line_of": ("def update(",),
}
