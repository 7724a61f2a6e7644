"""A build belongs to the project that is named like the folder the service stands in."""

from __future__ import annotations

import json
from pathlib import Path

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Builds:
    """Number the builds of a project."""

    def __init__(self) -> None:
        self.builds: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job]:
                self.builds[job] = f"{self.project}-{entry.index}"
                return Result(1, self.builds[job].encode(errors="replace"))
            case ["cancel", job]:
                return Result(int(self.builds.pop(job, None) is not None))
        return Result(0)

    @property
    def project(self) -> str:
        return Path.cwd().name or "root"

    def lookup(self, query: object) -> object:
        return len(self.builds) if query == ("size",) else dict(self.builds)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.builds).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.builds = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Builds,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "working directory",
    "line_of": 'return Path.cwd().name or "root"',
    "or_line_of": ('self.builds[job] = f"{self.project}-{entry.index}"',),
}
