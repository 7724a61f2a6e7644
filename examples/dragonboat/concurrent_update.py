"""Rebuild Dragonboat's ConcurrentUpdate: a counter that lookups overlap with.

The lesson: one machine may break several clauses, and each is told by itself. The hash is the same
for every state, so a host that compares hashes sees none of them.

    smcheck check examples/dragonboat/concurrent_update.py:subject
"""

import json
from collections.abc import Sequence

from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer


class ConcurrentUpdate:
    """Count updates twice, at their begin and at their end."""

    def __init__(self) -> None:
        self._begun = 0
        self._ended = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        # defect: one step for each call, whatever number of entries it has (BAT-1)
        self._begun += 1
        # defect: a lookup may come here, between the two (BAT-6)
        self._ended += 1
        # defect: the other entries are left without a result (UPD-7)
        entries[0].result = Result(self._ended)
        return entries

    def lookup(self, query: object) -> object:
        return [self._begun, self._ended]

    def prepare_snapshot(self) -> object:
        return [self._begun, self._ended]

    def save_snapshot(
        self, context: object, writer: Writer, files: SnapshotFiles, stopped: StopSignal
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        self._begun, self._ended = json.loads(b"".join(iter(reader.read, b"")))

    def get_hash(self) -> int:
        return 0  # defect: alike for all states (HSH-3)

    def close(self) -> None:
        pass


subject = smcheck.Subject(
    machine=ConcurrentUpdate,
    commands=st.binary(min_size=1, max_size=2),
    queries=st.just("counts"),
    name="ConcurrentUpdate",
)
