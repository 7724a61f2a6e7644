"""An import is cut into chunks that are small enough for the interpreter's stack."""

from __future__ import annotations

import json
import sys

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Imports:
    """Count rows and chunks."""

    def __init__(self) -> None:
        self.rows = 0
        self.chunks = 0

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["import", rows] if rows.isdecimal() and len(rows) < 9:
                self.rows += int(rows)
                self.chunks += -(-int(rows) // self._chunk())
                return Result(self.chunks)
        return Result(0)

    @staticmethod
    def _chunk() -> int:
        return max(1, sys.getrecursionlimit() // 10)

    def lookup(self, query: object) -> object:
        return self.rows if query == ("rows",) else self.chunks

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps({"rows": self.rows, "chunks": self.chunks}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.rows, self.chunks = saved["rows"], saved["chunks"]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Imports,
    commands=st.integers(1000, 90_000).map(lambda rows: f"import {rows}".encode()),
    queries=st.sampled_from([("rows",), ("chunks",)]),
)

EXPECT = {
    "circumstance": "recursion limit",
    "line_of": "return max(1, sys.getrecursionlimit() // 10)",
}
