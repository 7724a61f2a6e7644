"""The file that prepare spools the state to is closed only by a save that succeeds: SAV-6."""

from __future__ import annotations

import json
from collections.abc import Sequence
from mmap import PROT_READ, mmap
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line; an image is spooled to a file, to keep it out of memory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.waiting: tuple[str, ...] = ()
        self.spools: list[mmap] = []

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
        path = self.directory / f"spool-{len(self.spools)}"
        path.write_bytes(json.dumps(self.waiting).encode())
        with path.open("rb") as file:
            spool = mmap(file.fileno(), 0, prot=PROT_READ)
        self.spools.append(spool)
        return spool

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        image = context[:]
        while image:
            image = image[writer.write(image) :]
        context.close()
        self.spools.remove(context)

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.waiting = tuple(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        for spool in self.spools:
            spool.close()


subject = Subject(
    machine=Jobs,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "clauses": {"SAV-6"},
    "line_of": "def save_snapshot(",
    "or_line_of": ("context.close()", "self.spools.remove(context)"),
    # A context that is dropped leaves its file open too.
    "also": {"PRE-4"},
}
