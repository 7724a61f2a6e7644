"""A job goes to whichever free worker a set gives up first."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Pool:
    """Assign jobs to five workers."""

    WORKERS = ("anna", "boris", "chloe", "denis", "elena")

    def __init__(self) -> None:
        self.jobs: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job] if job not in self.jobs:
                free = set(self.WORKERS).difference(self.jobs.values())
                if not free:
                    return Result(0)
                self.jobs[job] = free.pop()
                return Result(1, self.jobs[job].encode())
            case ["cancel", job]:
                return Result(int(self.jobs.pop(job, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        return {"jobs": dict(self.jobs)} if query == ("all",) else len(self.jobs)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.jobs).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.jobs = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Pool,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "hash seed",
    "line_of": "self.jobs[job] = free.pop()",
    "or_line_of": ("free = set(self.WORKERS).difference(self.jobs.values())",),
}
