"""A record of an unknown kind ends the recover early, and so does one that is cut: REC-5."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags

TAG, END = 1, 9


class Tags:
    """Keep pairs of item and label; an image has a record for each, and one for the end."""

    def __init__(self) -> None:
        self.pairs: set[tuple[str, str]] = set()

    def update(self, entry: Entry) -> Result:
        before = len(self.pairs)
        match entry.cmd.decode().split():
            case ["tag", item, label]:
                self.pairs.add((item, label))
            case ["untag", item, label]:
                self.pairs.discard((item, label))
            case ["drop", label]:
                self.pairs = {pair for pair in self.pairs if pair[1] != label}
        return Result(abs(len(self.pairs) - before))

    def lookup(self, query: Any) -> object:
        verb, name = query
        if verb == "labels":
            return sorted(label for item, label in self.pairs if item == name)
        return sorted(item for item, label in self.pairs if label == name)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = b""
        for item, label in sorted(self.pairs):
            body = f"{item}:{label}".encode()
            image += struct.pack(">BH", TAG, len(body)) + body
        image += struct.pack(">BH", END, 0)
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        pairs: set[tuple[str, str]] = set()
        for kind, body in _records(b"".join(iter(reader.read, b""))):
            if kind != TAG:
                break
            item, _, label = body.decode().partition(":")
            pairs.add((item, label))
        self.pairs = pairs

    def close(self) -> None:
        pass


def _records(image: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 3 <= len(image):
        kind, size = struct.unpack_from(">BH", image, at)
        yield kind, image[at + 3 : at + 3 + size]
        at += 3 + size


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries(), model=tags.Model)

EXPECT = {
    "clauses": {"REC-5"},
    "line_of": 'for kind, body in _records(b"".join(iter(reader.read, b""))):',
    "or_line_of": ("while at + 3 <= len(image):",),
}
