"""Which rows are sampled is decided by the library's global generator."""

from __future__ import annotations

import importlib
import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


np = _optional("numpy")
NEEDS = ("numpy",)


class Samples:
    """Keep a sample of the rows that come in."""

    def __init__(self) -> None:
        self.seen = 0
        self.rows: list[int] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["row", number] if number.isdecimal():
                self.seen += 1
                if np.random.random_sample() < 0.5:
                    self.rows.append(int(number))
                return Result(len(self.rows))
        return Result(0)

    def lookup(self, query: object) -> object:
        return len(self.rows) if query == ("kept",) else sum(self.rows)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.seen, self.rows]).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.seen, self.rows = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Samples,
    commands=st.integers(0, 99).map(lambda number: f"row {number}".encode()),
    queries=st.sampled_from([("kept",), ("sum",)]),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "if np.random.random_sample() < 0.5:",
    "or_line_of": ("self.rows.append(int(number))",),
}
