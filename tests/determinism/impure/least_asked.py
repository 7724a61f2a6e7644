"""When the shelf is full the title that was asked for least often has to go."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Shelf:
    """Hold at most three titles."""

    ROOM = 3

    def __init__(self) -> None:
        self.copies: dict[str, int] = {}
        self.asked: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["add", title]:
                evicted = self._make_room(title)
                self.copies[title] = self.copies.get(title, 0) + 1
                self.asked.setdefault(title, 0)
                return Result(self.copies[title], evicted.encode())
        return Result(0)

    def _make_room(self, title: str) -> str:
        if title in self.copies or len(self.copies) < self.ROOM:
            return ""
        least = min(self.copies, key=lambda other: (self.asked[other], other))
        del self.copies[least], self.asked[least]
        return least

    def lookup(self, query: object) -> object:
        match query:
            case ["copies", str(title)] if title in self.copies:
                self._note(title)
                return self.copies[title]
        return 0

    def _note(self, title: str) -> None:
        self.asked[title] += 1

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps({"copies": self.copies, "asked": self.asked}).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.copies, self.asked = saved["copies"], saved["asked"]

    def close(self) -> None:
        pass


TITLES = st.sampled_from(("emma", "ulysses", "dune", "momo", "kim"))

subject = Subject(
    machine=Shelf,
    commands=TITLES.map(lambda title: f"add {title}".encode()),
    queries=st.tuples(st.just("copies"), TITLES),
)

EXPECT = {
    "circumstance": "lookups in between",
    "line_of": "self.asked[title] += 1",
    "or_line_of": ("self._note(title)",),
}
