"""Segments are merged in the order in which the folder gives them, the last one wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Segments:
    """Write every change into a segment of its own and merge them when asked."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.names: list[str] = []
        self.merged: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", ("a" | "b") as key, value] if value.isascii() and value.isdecimal():
                self._write(f"{key}{value[:9]}.seg", f"{key}={value}={entry.index}")
                return Result(len(self.names))
            case ["merge"]:
                pairs = (path.read_text().split("=", 1) for path in self.folder.glob("*.seg"))
                self.merged = {key[:1]: value for key, value in pairs}
                return Result(len(self.merged), ";".join(self.merged.values()).encode())
        return Result(0)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        if name not in self.names:
            self.names.append(name)
        path.write_text(text)

    def lookup(self, query: object) -> object:
        return dict(self.merged)

    def _image(self) -> list[Any]:
        return [{name: (self.folder / name).read_text() for name in self.names}, self.merged]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._image()).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        segments, merged = json.loads(b"".join(parts))
        for name in self.names:
            (self.folder / name).unlink()
        self.names = []
        for name, text in segments.items():
            self._write(name, text)
        self.merged = merged

    def close(self) -> None:
        pass


subject = Subject(
    machine=Segments,
    commands=st.builds("put {} {}".format, st.sampled_from("ab"), st.integers(0, 9)).map(str.encode)
    | st.just(b"merge"),
    queries=st.just(("all",)),
)

EXPECT = {
    "circumstance": "directory order",
    "line_of": 'pairs = (path.read_text().split("=", 1) for path in self.folder.glob("*.seg"))',
    "or_line_of": (
        "self.merged = {key[:1]: value for key, value in pairs}",
        'return Result(len(self.merged), ";".join(self.merged.values()).encode())',
    ),
}
