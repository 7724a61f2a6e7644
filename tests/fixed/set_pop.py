"""A free seat is taken in the order in which seats are numbered."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

SEATS = ("1a", "1b", "2a", "2b", "3a", "3b")


class Cinema:
    """Seat guests where there is room."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        free = [seat for seat in SEATS if seat not in self.taken.values()]
        match words:
            case ["sit", guest] if free and guest not in self.taken:
                seat = free[0]
                self.taken[guest] = seat
                return Result(1)
            case ["go", guest]:
                return Result(int(self.taken.pop(guest, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.taken)

    def prepare_snapshot(self) -> object:
        return dict(self.taken)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.taken = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Cinema,
    commands=st.sampled_from([f"{verb} {guest}".encode() for verb in ("sit", "sit", "go")
                              for guest in ("amy", "ben", "cat")]),
    queries=st.just(("taken",)),
)  # fmt: skip
