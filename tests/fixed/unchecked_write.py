"""save writes again what the writer has not taken, however often."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line."""

    def __init__(self) -> None:
        self.waiting: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                self.waiting = (*self.waiting, job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                first, *others = self.waiting
                self.waiting = tuple(others)
                return Result(1, first.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return list(self.waiting)

    def prepare_snapshot(self) -> object:
        return self.waiting

    def save_snapshot(
        self, context: tuple[str, ...], writer: Writer, files: object, stopped: object
    ) -> None:
        for job in context:
            _write(writer, json.dumps(job).encode() + b"\n")
        _write(writer, b".\n")

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        *lines, end = b"".join(iter(reader.read, b"")).split(b"\n")[:-1] or [b""]
        if end != b".":
            raise EOFError("the image has no end")
        self.waiting = tuple(json.loads(line) for line in lines)

    def close(self) -> None:
        pass


def _write(writer: Writer, data: bytes) -> None:
    while data:
        data = data[writer.write(data) :]


subject = Subject(
    machine=Jobs,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)
