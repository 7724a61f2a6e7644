"""update works with slots for 512 entries, and what a batch has beyond them is lost: BAT-3."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

_SLOTS = 512


class Votes:
    """Count votes; the slots spare an allocation for each batch."""

    def __init__(self) -> None:
        self.votes: dict[str, int] = {}
        self.slots: list[str] = [""] * _SLOTS

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for number, entry in enumerate(entries[:_SLOTS]):
            self.slots[number] = entry.cmd.decode()
        for name, entry in zip(self.slots, entries, strict=False):
            self.votes[name] = self.votes.get(name, 0) + 1
            entry.result = Result(self.votes[name])
        return entries

    def lookup(self, query: object) -> object:
        return self.votes.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        return dict(self.votes)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.votes = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


names = st.sampled_from(["ada", "bob"])
subject = Subject(machine=Votes, commands=names.map(str.encode), queries=names)

EXPECT = {
    "clauses": {"BAT-3"},
    "line_of": "def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:",
}
