"""Receipts end with the name of the host."""

from __future__ import annotations

import json
from socket import gethostname

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Receipts:
    """Write receipts."""

    def __init__(self) -> None:
        self.receipts: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["bill", customer]:
                number = len(self.receipts) + 1
                self.receipts.append(f"{number}/{customer}/{gethostname()}")
                return Result(number, self.receipts[-1].encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["last"]:
                return self.receipts[-1] if self.receipts else None
        return len(self.receipts)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.receipts).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.receipts = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Receipts,
    commands=st.sampled_from([b"bill ann", b"bill bob"]),
    queries=st.sampled_from([("last",), ("count",)]),
)

EXPECT = {
    "circumstance": "host name",
    "line_of": 'self.receipts.append(f"{number}/{customer}/{gethostname()}")',
}
