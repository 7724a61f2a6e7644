"""The journal puts the length of each command into two bytes, and longer ones raise: UPD-10."""

from __future__ import annotations

import struct
import zlib

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Journal:
    """Keep a checksum over everything that was ever written, and its length."""

    def __init__(self) -> None:
        self.length = 0
        self.checksum = 0

    def update(self, entry: Entry) -> Result:
        record = struct.pack(">H", len(entry.cmd)) + entry.cmd
        self.length += len(record)
        self.checksum = zlib.crc32(record, self.checksum)
        return Result(self.length)

    def lookup(self, query: object) -> object:
        return [self.length, self.checksum]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = struct.pack(">QQ", self.length, self.checksum)
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = b"".join(iter(reader.read, b""))
        self.length, self.checksum = struct.unpack(">QQ", image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Journal, commands=st.binary(max_size=9), queries=st.just("end"), any_bytes=True
)

EXPECT = {
    "clauses": {"UPD-10"},
    "line_of": 'record = struct.pack(">H", len(entry.cmd)) + entry.cmd',
}
