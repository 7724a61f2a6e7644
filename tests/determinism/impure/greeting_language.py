"""Visitors are greeted in the language of the service's own environment."""

from __future__ import annotations

import json
import os

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Desk:
    """Greet visitors and remember how."""

    def __init__(self) -> None:
        self.greeted: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["greet", visitor]:
                self.greeted[visitor] = f"{self._language()}:{visitor}"
                return Result(len(self.greeted), self.greeted[visitor].encode(errors="replace"))
        return Result(0)

    def _language(self) -> str:
        names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        return next(filter(None, names), "C")

    def lookup(self, query: object) -> object:
        return self.greeted.get(str(query))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.greeted).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.greeted = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


VISITORS = st.sampled_from(("ann", "bob"))

subject = Subject(
    machine=Desk,
    commands=VISITORS.map(lambda visitor: f"greet {visitor}".encode()),
    queries=VISITORS,
)

EXPECT = {
    "circumstance": "locale",
    "or_circumstance": ["environment"],
    "line_of": 'names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))',
    "or_line_of": ('return next(filter(None, names), "C")',),
}
