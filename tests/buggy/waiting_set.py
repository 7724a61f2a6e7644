"""Whose turn it is comes out of a set, so that each replica calls somebody else: UPD-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class WaitingRoom:
    """Call one of those who wait."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["come", *patients]:
                self.waiting.update(patients)
            case ["call"] if self.waiting:
                return Result(1, self.waiting.pop().encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return len(self.waiting)

    def prepare_snapshot(self) -> object:
        return sorted(self.waiting, reverse=True)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.waiting = set(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


NAMES = st.lists(st.sampled_from(["amy", "ben", "cat", "dan", "eve"]), min_size=1, max_size=4)

subject = Subject(
    machine=WaitingRoom,
    commands=st.just(b"call") | NAMES.map(lambda names: f"come {' '.join(names)}".encode()),
    queries=st.just(("waiting",)),
)

EXPECT = {
    "clauses": {"UPD-1", "UPD-2"},
    "line_of": "return Result(1, self.waiting.pop().encode())",
}
