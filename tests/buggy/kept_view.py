"""A payload is kept as a slice of the buffer that the command came in: UPD-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Blobs:
    """Keep a payload under a key of one byte, without copying it."""

    def __init__(self) -> None:
        self.blobs: dict[bytes, memoryview] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            command = memoryview(entry.cmd)
            key = bytes(command[:1])
            entry.result = Result(int(key in self.blobs))
            if key:
                self.blobs[key] = command[1:]
        return entries

    def lookup(self, query: Any) -> object:
        blob = self.blobs.get(query)
        return None if blob is None else bytes(blob)

    def prepare_snapshot(self) -> object:
        return {key.hex(): blob.hex() for key, blob in self.blobs.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.blobs = {bytes.fromhex(k): memoryview(bytes.fromhex(v)) for k, v in saved.items()}

    def close(self) -> None:
        pass


KEYS = (b"k", b"l", b"m")

subject = Subject(
    machine=Blobs,
    commands=st.builds(lambda key, blob: key + blob, st.sampled_from(KEYS),
                       st.binary(min_size=1, max_size=6)),
    queries=st.sampled_from(KEYS),
    buffers=True,
)  # fmt: skip

EXPECT = {
    "clauses": {"UPD-4"},
    "line_of": "self.blobs[key] = command[1:]",
    "or_line_of": ("command = memoryview(entry.cmd)",),
    "after": ("apache/ratis pull 1106",),
}
