"""A new peer gets an id that each server draws for itself, and again when it restarts: UPD-1."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Peerings:
    """Give every peer an id, under which other servers know it."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["peer", name] if name not in self.ids:
                peering = uuid.uuid4().hex
                self.ids = {**self.ids, name: peering}
                return Result(1)
            case ["part", name] if name in self.ids:
                self.ids = {other: peering for other, peering in self.ids.items() if other != name}
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        return self.ids.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.ids

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.ids = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("east", "west"))

subject = Subject(
    machine=Peerings,
    commands=st.builds("{} {}".format, st.sampled_from(("peer", "part")), NAMES).map(str.encode),
    queries=NAMES,
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "peering = uuid.uuid4().hex",
    "after": ("hashicorp/consul pull 13525",),
}
