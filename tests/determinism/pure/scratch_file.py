"""Texts go through a scratch file, whose name holds the process and a random part."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Texts:
    """Count lines by means of a file."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.lines: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["text", name, *words]:
                scratch = self.folder / f"{os.getpid()}-{secrets.token_hex(8)}.txt"
                scratch.write_bytes("\n".join(words).encode())
                try:
                    self.lines[name] = len(scratch.read_bytes().splitlines())
                finally:
                    scratch.unlink()
                return Result(self.lines[name])
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["lines", str(name)]:
                return self.lines.get(name)
        return dict(self.lines)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.lines).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.lines = json.loads(image)

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("ode", "song"))
LINES = st.lists(st.sampled_from(("oak", "elm")), max_size=4)

subject = Subject(
    machine=Texts,
    commands=st.builds(lambda name, lines: " ".join(["text", name, *lines]), NAMES, LINES).map(
        str.encode
    ),
    queries=st.tuples(st.just("lines"), NAMES) | st.just(("all",)),
)

PURE = "the name of the scratch file and its place never show, only what was written into it"
