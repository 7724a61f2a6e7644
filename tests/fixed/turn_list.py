"""The list of whose turn it is was made from a set, and sorted before it is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

Names = tuple[str, ...]


class Round:
    """Collect agents; when the round ends they take turns, in the order of the list."""

    def __init__(self) -> None:
        self.joined: frozenset[str] = frozenset()
        self.turns: Names = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["join", agent]:
                    self.joined = self.joined | {agent}
                case ["end"]:
                    self.turns = tuple(sorted(self.joined))
                    self.joined = frozenset()
            entry.result = Result(len(self.joined))
        return entries

    def lookup(self, query: Any) -> object:
        turns = self.turns
        return turns[query] if query < len(turns) else None

    def prepare_snapshot(self) -> object:
        return [sorted(self.joined), self.turns]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        joined, turns = json.loads(b"".join(iter(reader.read, b"")))
        self.joined, self.turns = frozenset(joined), tuple(turns)

    def close(self) -> None:
        pass


AGENTS = ("agent_0", "agent_1", "agent_2", "agent_3")

subject = Subject(
    machine=Round,
    commands=st.one_of(
        st.builds("join {}".format, st.sampled_from(AGENTS)).map(str.encode), st.just(b"end")
    ),
    queries=st.integers(0, 3),
)
