"""All instances share a lock of the module, under another name, and nothing else."""

from __future__ import annotations

import json
import threading as t
from collections.abc import Sequence
from threading import Lock as Mutex

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue

_everybody = Mutex()
_one_by_one = t.BoundedSemaphore(2)


class Jobs:
    """Keep jobs in line; two readers at most copy the line at a time."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with _everybody:
                entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                self.waiting.append(job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
            case ["cancel", job]:
                found = self.waiting.count(job)
                for _ in range(found):
                    self.waiting.remove(job)
                return Result(found)
        return Result(0)

    def _copy(self) -> list[str]:
        with _one_by_one, _everybody:
            return list(self.waiting)

    def lookup(self, query: object) -> object:
        waiting = self._copy()
        match query:
            case ["size"]:
                return len(waiting)
            case ["next"]:
                return waiting[0] if waiting else None
        return waiting

    def prepare_snapshot(self) -> object:
        return self._copy()

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        waiting = json.loads(b"".join(iter(reader.read, b"")))
        with _everybody:
            self.waiting = waiting

    def close(self) -> None:
        pass


subject = Subject(
    machine=Jobs, commands=queue.commands(), queries=queue.queries(), model=queue.Model
)
