"""update brings a command into its normal form by writing it back to the entry: UPD-5."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Words:
    """Count words, whatever their case."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.cmd = entry.cmd.lower()
            word = entry.cmd.decode()
            self.counts[word] = self.counts.get(word, 0) + 1
            entry.result = Result(self.counts[word])
        return entries

    def lookup(self, query: object) -> object:
        return dict(self.counts)

    def prepare_snapshot(self) -> object:
        return dict(self.counts)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.counts = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Words,
    commands=st.sampled_from((b"tea", b"Tea", b"oil", b"OIL")),
    queries=st.just(("all",)),
)

EXPECT = {
    "clauses": {"UPD-5"},
    "line_of": "entry.cmd = entry.cmd.lower()",
    "or_line_of": ("def update(",),
}
