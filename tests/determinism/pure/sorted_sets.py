"""Sets everywhere, and always sorted before anybody sees them."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import tags


class Tags:
    """Label items, asked from both sides."""

    def __init__(self) -> None:
        self.pairs: set[tuple[str, str]] = set()

    def update(self, entry: Entry) -> Result:
        before = len(self.pairs)
        match entry.cmd.decode(errors="replace").split():
            case ["tag", item, label]:
                self.pairs.add((item, label))
            case ["untag", item, label]:
                self.pairs.discard((item, label))
            case ["drop", label]:
                self.pairs -= {pair for pair in self.pairs if pair[1] == label}
        return Result(abs(len(self.pairs) - before), self._first().encode())

    def _first(self) -> str:
        return min((label for _, label in self.pairs), default="")

    def lookup(self, query: object) -> object:
        match query:
            case ["labels", item]:
                return sorted(label for other, label in self.pairs if other == item)
            case ["items", label]:
                return sorted(item for item, other in self.pairs if other == label)
        return len(self.pairs)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(sorted(self.pairs)).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        pairs = json.loads(image)
        self.pairs = {(item, label) for item, label in pairs}

    def close(self) -> None:
        pass


subject = Subject(machine=Tags, commands=tags.commands(), queries=tags.queries())

PURE = "what comes out of a set is counted, sorted or its least member, never taken in its order"
