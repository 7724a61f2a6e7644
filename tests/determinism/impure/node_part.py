"""Which part of the work is this host's own is found from its name."""

from __future__ import annotations

import json
import platform
import zlib
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Parts:
    """Split work into many parts and say how far each is from the host's own."""

    PARTS = 4096

    def __init__(self) -> None:
        self.distances: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["push", job]:
                    entry.result = Result(self._place(job))
                case _:
                    entry.result = Result(0)
        return entries

    def _place(self, job: str) -> int:
        distance = (zlib.crc32(job.encode()) - self._own()) % self.PARTS
        self.distances = {**self.distances, job: distance}
        return distance

    def _own(self) -> int:
        return zlib.crc32(platform.node().encode())

    def lookup(self, query: object) -> object:
        return dict(self.distances)

    def prepare_snapshot(self) -> object:
        return self.distances

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.distances = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Parts,
    commands=queue.commands(verbs=("push",)),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "circumstance": "host name",
    "line_of": "return zlib.crc32(platform.node().encode())",
    "or_line_of": ("distance = (zlib.crc32(job.encode()) - self._own()) % self.PARTS",),
}
