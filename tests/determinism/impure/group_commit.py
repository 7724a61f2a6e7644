"""Every batch is one numbered group, and receipts carry the number of the group."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import queue


class Receipts:
    """Keep on disk in which group each job was committed."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "receipts.json"
        self.state: dict[str, Any] = {"index": 0, "group": 0, "jobs": {}}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        group = int(self.state["group"]) + 1
        for entry in entries:
            jobs = dict(self.state["jobs"])
            words = entry.cmd.decode(errors="replace").split()
            entry.result = Result(self._commit(jobs, words, group))
            self.state = {"index": entry.index, "group": group, "jobs": jobs}
        return entries

    @staticmethod
    def _commit(jobs: dict[str, int], words: list[str], group: int) -> int:
        match words:
            case ["push", job]:
                jobs[job] = group
                return group
            case ["cancel", job]:
                return jobs.pop(job, 0)
        return 0

    def lookup(self, query: object) -> object:
        return dict(self.state["jobs"])

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
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.state = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Receipts,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "circumstance": "batch cuts",
    "line_of": 'group = int(self.state["group"]) + 1',
}
