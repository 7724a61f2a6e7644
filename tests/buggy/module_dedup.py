"""Requests seen before are remembered in the module, for every instance of the process: NEW-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

_seen: set[str] = set()


class Payments:
    """Pay each request once, however often its client sends it."""

    def __init__(self) -> None:
        self.paid: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["pay", request, amount] if request not in _seen:
                    _seen.add(request)
                    self.paid[request] = int(amount)
                    entry.result = Result(1)
        return entries

    def lookup(self, query: object) -> object:
        return dict(self.paid)

    def prepare_snapshot(self) -> object:
        return dict(self.paid)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.paid = json.loads(b"".join(iter(reader.read, b"")))
        _seen.clear()
        _seen.update(self.paid)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Payments,
    commands=st.builds("pay r{} {}".format, st.integers(1, 9), st.integers(1, 3)).map(str.encode),
    queries=st.just(("all",)),
)

EXPECT = {
    "clauses": {"NEW-1", "NEW-2"},
    "line_of": "_seen.add(request)",
    "or_line_of": (
        "_seen: set[str] = set()",
        "def __init__(",
        "def update(",
        "request not in _seen",
    ),
    # recover writes to the module as well.
    "also": {"SAV-4", "REC-1"},
}
