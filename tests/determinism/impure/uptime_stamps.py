"""Jobs are stamped with a clock that counts from the start of the host."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import queue


class Stamps:
    """Keep on disk when each job was pushed."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "stamps.json"
        self.state: dict[str, Any] = {"index": 0, "jobs": {}}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            jobs = dict(self.state["jobs"])
            match entry.cmd.decode(errors="replace").split():
                case ["push", job]:
                    jobs[job] = time.monotonic_ns() // 1000
                    entry.result = Result(jobs[job])
                case ["cancel", job]:
                    entry.result = Result(int(jobs.pop(job, None) is not None))
                case _:
                    entry.result = Result(0)
            self.state = {"index": entry.index, "jobs": jobs}
        return entries

    def lookup(self, query: object) -> object:
        jobs = self.state["jobs"]
        return dict(jobs) if query == ("all",) else len(jobs)

    def open(self, stopped: StopSignal) -> int:
        try:
            text = self.path.read_text()
        except FileNotFoundError:
            return 0
        self.state = json.loads(text)
        return int(self.state["index"])

    def sync(self) -> None:
        fresh = self.path.with_suffix(".fresh")
        with fresh.open("w") as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context, sort_keys=True).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.state = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Stamps,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {"circumstance": "clock", "line_of": "jobs[job] = time.monotonic_ns() // 1000"}
