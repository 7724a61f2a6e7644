"""A machine with a planted bug: two counters that are equal but for a moment inside update.

A copy of this file is checked in every campaign, as the canary.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, SnapshotFile, StopSignal, Subject, Writer


class Planted:
    """Count bytes twice."""

    def __init__(self) -> None:
        self.first = 0
        self.second = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Count each entry in one counter and then in the other: that is the bug."""
        for entry in entries:
            self.first += len(entry.cmd)
            self.second += len(entry.cmd)
            entry.result = Result(self.first)
        return entries

    def lookup(self, query: object) -> object:
        """Answer with both counters."""
        return [self.first, self.second]

    def prepare_snapshot(self) -> tuple[int, int]:
        """Return both counters."""
        return self.first, self.second

    def save_snapshot(
        self, context: tuple[int, int], writer: Writer, files: object, stopped: StopSignal
    ) -> None:
        """Write the counters."""
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        """Replace the counters."""
        self.first, self.second = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        """Do nothing."""


canary = Subject(
    machine=Planted, commands=st.binary(min_size=1, max_size=3), queries=st.just("both")
)
