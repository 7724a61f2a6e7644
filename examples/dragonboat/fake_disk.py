"""Rebuild Dragonboat's FakeDiskSM: an on-disk machine without a disk.

The lesson: what the host is told it believes. It skips the entries up to the index that ``open``
gives, and sends no entry twice that was synced; a machine that keeps nothing loses them.

    smcheck check examples/dragonboat/fake_disk.py:subject
"""

from collections.abc import Sequence
from copy import copy

from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Reader, Result, StopSignal, Writer


class FakeDisk:
    """Count entries, and know the index at which it was opened."""

    def __init__(self) -> None:
        self._opened_at = 0
        self._count = 0

    def open(self, stopped: StopSignal) -> int:
        return self._opened_at

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in map(copy, entries):
            if entry.index <= self._opened_at:
                raise ValueError(f"entry {entry.index} came after {self._opened_at} was opened")
            self._count += 1
            entry.result = Result(self._count)  # defect: the host never sees this copy (UPD-7)
        return entries

    def lookup(self, query: object) -> object:
        return self._count

    def sync(self) -> None:
        pass  # defect: the host takes everything up to here for durable (DSK-6)

    def prepare_snapshot(self) -> object:
        # defect: the index of the last entry belongs here, not that of open
        return self._opened_at, self._count

    def save_snapshot(self, context: tuple[int, int], writer: Writer, stopped: StopSignal) -> None:
        image = b"".join(number.to_bytes(8, "little") for number in context)
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        image = b"".join(iter(reader.read, b""))
        self._opened_at = int.from_bytes(image[:8], "little")
        # defect: what is missing of the image counts as zero (REC-5)
        self._count = int.from_bytes(image[8:16], "little")

    def close(self) -> None:
        pass


subject = smcheck.Subject(
    machine=FakeDisk,
    commands=st.binary(min_size=1, max_size=2),
    queries=st.just("count"),
    name="FakeDisk",
)
