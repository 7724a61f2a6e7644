"""A job's owner is the id of the process that applied the command: UPD-1."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Claims:
    """Let the first to ask own a job."""

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job] if job not in self.owner:
                owner = f"worker-{os.getpid()}"
                self.owner[job] = owner
                return Result(1)
            case ["cancel", job]:
                return Result(int(self.owner.pop(job, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.owner)

    def prepare_snapshot(self) -> object:
        return dict(self.owner)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.owner = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Claims,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {"clauses": {"UPD-1"}, "line_of": 'owner = f"worker-{os.getpid()}"'}
