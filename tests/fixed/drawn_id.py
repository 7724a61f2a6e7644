"""Whoever proposes a peer draws its id, and the command carries it to every server."""

from __future__ import annotations

import json
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
            case ["peer", name, peering] if name not in self.ids:
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
    commands=st.one_of(
        st.builds("peer {} {:08x}".format, NAMES, st.integers(0, 2**32 - 1)).map(str.encode),
        st.builds("part {}".format, NAMES).map(str.encode),
    ),
    queries=NAMES,
)
