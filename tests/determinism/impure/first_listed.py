"""The next job is the first file that the folder lists."""

from __future__ import annotations

import json
import os
from pathlib import Path

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Spool:
    """Keep a file per job in the replica's folder."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.jobs: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job] if job in queue.JOBS:
                self._write(f"{job}-{entry.index}", job)
                return Result(len(self.jobs))
            case ["pop"] if self.jobs:
                name = os.listdir(self.folder)[0]
                os.remove(self.folder / name)
                return Result(len(self.jobs), self.jobs.pop(name).encode())
        return Result(0)

    def _write(self, name: str, job: str) -> None:
        (self.folder / name).write_text(job)
        self.jobs[name] = job

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.jobs)
        return dict(self.jobs)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.jobs).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        jobs = json.loads(b"".join(iter(reader.read, b"")))
        for name in self.jobs:
            os.remove(self.folder / name)
        self.jobs = {}
        for name, job in jobs.items():
            self._write(name, job)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Spool,
    commands=st.sampled_from(queue.JOBS).map(lambda job: f"push {job}".encode()) | st.just(b"pop"),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "directory order",
    "line_of": "name = os.listdir(self.folder)[0]",
    "or_line_of": ("return Result(len(self.jobs), self.jobs.pop(name).encode())",),
}
