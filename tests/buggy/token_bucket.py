"""Tokens come back with the monotonic clock, so replicas grant other requests: UPD-1."""

from __future__ import annotations

import json
import time

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

CAPACITY = 10.0
PER_SECOND = 5.0


class Bucket:
    """Grant requests as long as there are tokens."""

    def __init__(self) -> None:
        self.tokens = CAPACITY
        self.last: float | None = None
        self.granted = 0

    def update(self, entry: Entry) -> Result:
        self._refill()
        wanted = int(entry.cmd or b"0")
        if wanted > self.tokens:
            return Result(0)
        self.tokens -= wanted
        self.granted += wanted
        return Result(1)

    def _refill(self) -> None:
        now = time.monotonic()
        if self.last is not None:
            self.tokens = min(CAPACITY, self.tokens + (now - self.last) * PER_SECOND)
        self.last = now

    def lookup(self, query: object) -> object:
        return self.granted

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.tokens, self.granted]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.tokens, self.granted = json.loads(b"".join(iter(reader.read, b"")))
        self.last = None

    def close(self) -> None:
        pass


subject = Subject(
    machine=Bucket,
    commands=st.integers(1, 5).map(lambda number: str(number).encode()),
    queries=st.just("granted"),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "now = time.monotonic()",
    "or_line_of": ("self.tokens = min(CAPACITY, self.tokens + (now - self.last) * PER_SECOND)",),
}
