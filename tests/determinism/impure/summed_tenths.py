"""A float sum is printed in full; from one Python to the next, ``sum`` became more exact."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Meter:
    """Add up readings of tenths."""

    def __init__(self) -> None:
        self.readings: list[float] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["read", tenths] if tenths.isdecimal() and len(tenths) < 6:
                self.readings += [int(tenths) / 10] * 10
                return Result(len(self.readings), self._total().encode())
        return Result(0)

    def _total(self) -> str:
        return repr(sum(self.readings))

    def lookup(self, query: object) -> object:
        return self._total() if query == ("total",) else len(self.readings)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.readings).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.readings = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Meter,
    commands=st.integers(1, 9).map(lambda tenths: f"read {tenths}".encode()),
    queries=st.sampled_from([("total",), ("count",)]),
)

EXPECT = {
    "circumstance": "another Python",
    "line_of": "return repr(sum(self.readings))",
}
