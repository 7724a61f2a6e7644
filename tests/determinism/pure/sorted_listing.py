"""Jobs are files, and the folder's listing is sorted before one is taken."""

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
        self.folder = directory / "spool"
        self.folder.mkdir(exist_ok=True)

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job] if job in queue.JOBS:
                (self.folder / f"{entry.index:012}-{job}").touch()
                return Result(len(self._names()))
            case ["pop"]:
                for name in self._names()[:1]:
                    (self.folder / name).unlink()
                    return Result(1, name.partition("-")[2].encode())
        return Result(0)

    def _names(self) -> list[str]:
        return sorted(os.listdir(self.folder))

    def lookup(self, query: object) -> object:
        names = self._names()
        match query:
            case ["size"]:
                return len(names)
        return [name.partition("-")[2] for name in names]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._names()).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        names = json.loads(b"".join(parts))
        for path in self.folder.iterdir():
            path.unlink()
        for name in names:
            (self.folder / name).touch()

    def close(self) -> None:
        pass


subject = Subject(
    machine=Spool,
    commands=st.sampled_from(queue.JOBS).map(lambda job: f"push {job}".encode()) | st.just(b"pop"),
    queries=queue.queries(verbs=("size", "all")),
)

PURE = "the listing is sorted, and names begin with the index of the entry that made them"
