"""Small machines and subjects for the tests of the doors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Result, Subject


def write_all(writer: Any, image: bytes) -> None:
    """Write until all is taken."""
    while image:
        image = image[writer.write(image) :]


class Counter:
    """Count what is added; correct."""

    def __init__(self) -> None:
        self.total = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self.apply(bytes(entry.cmd)))
        return entries

    def apply(self, cmd: bytes) -> int:
        self.total += sum(cmd[:1]) % 8
        return self.total

    def lookup(self, query: object) -> object:
        return self.total

    def prepare_snapshot(self) -> object:
        return self.total

    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        write_all(writer, json.dumps([context]).encode())

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        [self.total] = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class Rejecting(Counter):
    """Reject every command."""

    def apply(self, cmd: bytes) -> int:
        return 0


class RegularCounter(Counter):
    """The same as a regular machine: no lookup ever meets an update."""

    prepare_snapshot = None  # type: ignore[assignment]  # taken away

    def update(self, entry: Entry) -> Result:  # type: ignore[override]  # one entry at a time
        return Result(self.apply(bytes(entry.cmd)))

    def save_snapshot(self, writer: Any, files: object, stopped: object) -> None:  # type: ignore[override]  # no context
        write_all(writer, json.dumps([self.total]).encode())


class HashedCounter(RegularCounter):
    """Give a hash, and refuse every query."""

    def lookup(self, query: object) -> object:
        raise KeyError(query)

    def get_hash(self) -> int:
        return self.total


class Forgetful(Counter):
    """Lose the state in every image (SAV-4)."""

    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        write_all(writer, b"[0]")


commands = st.binary(min_size=1, max_size=2)
queries = st.just("total")

counter = Subject(machine=Counter, commands=commands, queries=queries)
rejecting = Subject(machine=Rejecting, commands=commands, queries=queries)
regular = Subject(machine=RegularCounter, commands=commands, queries=queries, kind="regular")
hashed = Subject(machine=HashedCounter, commands=commands, queries=queries, kind="regular")
silent = Subject(machine=RegularCounter, commands=commands, without={"lookups"}, kind="regular")
forgetful = Subject(machine=Forgetful, commands=commands, queries=queries)
