"""Cancelling a job that waits more than once takes the lock again, which is an RLock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import RLock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.waiting: list[str] = []

    def size(self) -> int:
        with self.lock:
            return len(self.waiting)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                self.waiting.append(job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
            case ["cancel", job] if self.waiting.count(job) > 1:
                before = len(self.waiting)
                self.waiting = [other for other in self.waiting if other != job]
                return Result(before - self.size())
            case ["cancel", job] if job in self.waiting:
                self.waiting.remove(job)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return self.size()
        with self.lock:
            return list(self.waiting)

    def prepare_snapshot(self) -> object:
        with self.lock:
            return list(self.waiting)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        waiting = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.waiting = waiting

    def close(self) -> None:
        pass


subject = Subject(
    machine=Jobs,
    commands=queue.commands(),
    queries=queue.queries(verbs=("size", "all")),
    model=queue.Model,
)
