"""Each image takes a copy of the journal along, which nobody writes to any more."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, Subject, Writer
from smcheck.strategies import queue

JOURNAL = 1


class Jobs:
    """Keep jobs in line, and in a journal everything that was done, one line each."""

    def __init__(self, directory: Path) -> None:
        self.journal = directory / "journal"
        self.journal.touch()
        self.copy = directory / "copy"
        self.waiting: list[str] = []

    def update(self, entry: Entry) -> Result:
        line = entry.cmd.decode()
        with self.journal.open("a") as file:
            file.write(line + "\n")
        return self._apply(line.split())

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["push", job]:
                self.waiting.append(job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return list(self.waiting)

    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: object) -> None:
        lines = self.journal.read_text().splitlines()
        if lines:
            self.copy.unlink(missing_ok=True)  # the host has linked the one before
            shutil.copyfile(self.journal, self.copy)
            files.add(JOURNAL, self.copy)
        image = b"%8d" % len(lines)
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: object
    ) -> None:
        image = b"".join(iter(reader.read, b""))
        if len(image) != 8:
            raise EOFError(f"expected 8 bytes, got {image!r}")
        found = {file.file_id: file.path for file in files}
        text = found[JOURNAL].read_text() if int(image) else ""
        self.waiting = []
        for line in text.splitlines()[: int(image)]:
            self._apply(line.split())
        self.journal.write_text(text)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Jobs,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)
