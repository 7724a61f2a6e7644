"""Parcels go to the shelf that the hash of their name says."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Parcels:
    """Tell a courier on which of many shelves a parcel lies."""

    SHELVES = 64

    def __init__(self) -> None:
        self.shelves: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["push", parcel]:
                    self.shelves = {**self.shelves, parcel: self._shelf_of(parcel)}
                    entry.result = Result(self.shelves[parcel])
                case ["cancel", parcel]:
                    left = dict(self.shelves)
                    entry.result = Result(left.pop(parcel, self.SHELVES))
                    self.shelves = left
                case _:
                    entry.result = Result(self.SHELVES)
        return entries

    def _shelf_of(self, parcel: str) -> int:
        return hash(("parcel", parcel)) % self.SHELVES

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.shelves)
        return dict(self.shelves)

    def prepare_snapshot(self) -> object:
        return self.shelves

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.shelves = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Parcels,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "hash seed",
    "line_of": 'return hash(("parcel", parcel)) % self.SHELVES',
}
