"""A lookup walks a dict in which update puts new keys: CRA-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Members:
    """Let members join, for good, and list those of a letter."""

    def __init__(self) -> None:
        self.joined: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["join", name] if name not in self.joined:
                    self.joined[name] = entry.index
                    entry.result = Result(len(self.joined))
        return entries

    def lookup(self, query: Any) -> object:
        return [name for name in self.joined if name.startswith(query)]

    def prepare_snapshot(self) -> object:
        return dict(self.joined)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.joined = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


NAMES = [f"{letter}{number}" for letter in "ab" for number in range(5)]

subject = Subject(
    machine=Members,
    commands=st.sampled_from(NAMES).map(lambda name: f"join {name}".encode()),
    queries=st.sampled_from(("a", "b")),
)

EXPECT = {
    "clauses": {"CRA-1"},
    "line_of": "return [name for name in self.joined if name.startswith(query)]",
    "or_line_of": ("def lookup(",),
    "after": (
        "cosmos/cosmos-sdk issue 22650",
        "cosmos/cosmos-sdk issue 22368",
        "osmosis-labs/osmosis issue 1356",
    ),
}
