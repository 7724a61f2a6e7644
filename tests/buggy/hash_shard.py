"""A job is sent to the worker that hash(str) picks; nothing but the result shows it: UPD-2."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue

WORKERS = 8


class Dispatcher:
    """Count jobs by name and tell the client which worker has it."""

    def __init__(self) -> None:
        self.sent: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", job]:
                self.sent[job] = self.sent.get(job, 0) + 1
                worker = hash(job) % WORKERS
                return Result(worker)
            case ["cancel", job]:
                return Result(self.sent.pop(job, 0))
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.sent)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.sent).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.sent = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Dispatcher,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {"clauses": {"UPD-2"}, "line_of": "worker = hash(job) % WORKERS"}
