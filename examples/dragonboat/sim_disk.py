"""Rebuild Dragonboat's SimDiskSM: an on-disk machine that is nothing but an index.

The lesson: an index that lives in memory is gone with the process, and with it the promise that
sync made.

    smcheck check examples/dragonboat/sim_disk.py:subject
"""

from collections.abc import Sequence
from copy import copy

from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Reader, Result, StopSignal, Writer


class SimDisk:
    """Know the index of the last entry."""

    def __init__(self) -> None:
        self._applied = 0

    def open(self, stopped: StopSignal) -> int:
        return self._applied

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in map(copy, entries):
            self._applied = entry.index
            entry.result = Result(entry.index)  # defect: the host never sees this copy (UPD-7)
        return entries

    def lookup(self, query: object) -> object:
        return self._applied

    def sync(self) -> None:
        pass  # defect: the host takes everything up to here for durable (DSK-6)

    def prepare_snapshot(self) -> object:
        return self._applied

    def save_snapshot(self, context: int, writer: Writer, stopped: StopSignal) -> None:
        image = context.to_bytes(8, "little")
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        image = b"".join(iter(reader.read, b""))
        if len(image) != 8:
            raise ValueError(f"expected an image of 8 bytes, got {len(image)}")
        self._applied = int.from_bytes(image, "little")

    def close(self) -> None:
        pass


subject = smcheck.Subject(
    machine=SimDisk,
    commands=st.binary(min_size=1, max_size=2),
    queries=st.just("applied"),
    name="SimDisk",
)
