"""The checksum of a folder chains its files as they come."""

from __future__ import annotations

import functools
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Archive:
    """Keep files and a checksum of them all."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory / "archive"
        self.folder.mkdir(exist_ok=True)
        self.checksum = 0
        self.names: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["add", name] if name.isascii() and name.isalnum() and len(name) < 40:
                self._add(name)
                self.checksum = functools.reduce(self._chain, self._files(), 0)
                return Result(self.checksum)
        return Result(0)

    def _add(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)
            (self.folder / name).touch()

    def _files(self) -> Iterator[str]:
        with os.scandir(self.folder) as files:
            for file in files:
                yield file.name

    @staticmethod
    def _chain(checksum: int, name: str) -> int:
        return zlib.crc32(name.encode(), checksum)

    def lookup(self, query: object) -> object:
        return self.checksum if query == ("checksum",) else len(self.names)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.checksum, self.names]).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        checksum, names = json.loads(image)
        for name in self.names:
            (self.folder / name).unlink()
        self.names = []
        for name in names:
            self._add(name)
        self.checksum = checksum

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("emma", "dune", "momo", "kim", "walden", "ulysses"))

subject = Subject(
    machine=Archive,
    commands=NAMES.map(lambda name: f"add {name}".encode()),
    queries=st.sampled_from([("checksum",), ("count",)]),
)

EXPECT = {
    "circumstance": "directory order",
    "line_of": "with os.scandir(self.folder) as files:",
    "or_line_of": (
        "for file in files:",
        "yield file.name",
        "self.checksum = functools.reduce(self._chain, self._files(), 0)",
        "return zlib.crc32(name.encode(), checksum)",
    ),
}
