"""The length of the image is written last, over a place left for it at the start: SAV-11."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Jobs:
    """Keep jobs in line; an image is its own length and then JSON."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["push", job]:
                self.waiting.append(job)
                return Result(len(self.waiting))
            case ["pop"] if self.waiting:
                return Result(1, self.waiting.pop(0).encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return list(self.waiting)

    def save_snapshot(self, writer: Any, files: object, stopped: object) -> None:
        _write(writer, struct.pack(">I", 0))
        body = json.dumps(self.waiting).encode()
        _write(writer, body)
        writer.seek(0, io.SEEK_SET)
        _write(writer, struct.pack(">I", len(body)))

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = b"".join(iter(reader.read, b""))
        (length,) = struct.unpack(">I", image[:4])
        if length != len(image) - 4:
            raise ValueError(f"expected {length} bytes, got {len(image) - 4}")
        self.waiting = json.loads(image[4:])

    def close(self) -> None:
        pass


def _write(writer: Writer, data: bytes) -> None:
    while data:
        data = data[writer.write(data) :]


subject = Subject(
    machine=Jobs,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {"clauses": {"SAV-11"}, "line_of": "writer.seek(0, io.SEEK_SET)"}
