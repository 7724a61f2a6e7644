"""The words a machine and its host share: entries, results, files, exceptions, protocols.

Knows nothing of hosts, checks or threads: a user's machine may import this and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable


class Result(NamedTuple):
    """Carry what one entry answered: an unsigned 64-bit value and optional bytes.

    Source: clause RES-1. The range is checked by the host, not by the constructor.
    """

    value: int = 0
    data: bytes = b""


@dataclass(slots=True, weakref_slot=True, eq=False)
class Entry:
    """Hold one committed command, as the replication library hands it to ``update``.

    The object belongs to the host: it is overwritten and handed out again after ``update``
    returned, so a machine keeps ``cmd`` at most, never the entry (clause UPD-4).

    Attributes:
        index: Position in the log, 1 or more; increases strictly, with gaps. Read-only.
        cmd: The command; a ``memoryview`` for a subject with ``buffers=True``. Read-only.
        result: ``None`` before the call; the machine sets it (clause UPD-7).
    """

    index: int
    cmd: bytes
    result: Result | None = None


class SnapshotFile(NamedTuple):
    """Name one external file of an image, at the path where recover finds it."""

    file_id: int
    path: Path
    metadata: bytes = b""


class SnapshotStopped(Exception):
    """Say that a save or recover gave up because the stop signal was set (SAV-7, REC-3)."""


class SnapshotAborted(Exception):
    """Say that this one snapshot is dropped; legal at any time (SAV-8)."""


class SnapshotStreamingFailed(Exception):
    """Say that the receiver of a streamed image went away (SAV-9)."""


class OpenStopped(Exception):
    """Say that ``open`` gave up because the stop signal was set (DSK-10)."""


class Writer(Protocol):
    """Take the bytes of an image, in order; there is no seek and no reading back (SAV-11)."""

    def write(self, data: bytes, /) -> int:
        """Take at least one byte of ``data`` and return how many were taken.

        Raises:
            OSError: The image cannot be written; let it out of ``save_snapshot`` (SAV-10).
        """
        ...


class Reader(Protocol):
    """Give the bytes of an image, in order (REC-6)."""

    def read(self, n: int = -1, /) -> bytes:
        """Return up to ``n`` bytes, maybe fewer, or all that is left without ``n``.

        ``b""`` comes only at the end.
        """
        ...


class StopSignal(Protocol):
    """Tell a long call that the host is closing."""

    def is_set(self) -> bool:
        """Return whether the host wants the call to end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to ``timeout`` seconds for the signal and return whether it is set."""
        ...


class SnapshotFiles(Protocol):
    """Collect the external files of an image while it is saved (FIL-1)."""

    def add(self, file_id: int, path: Path | str, metadata: bytes = b"") -> None:
        """Add a finished file; ``file_id`` is unique within the image."""


@runtime_checkable
class StateMachine(Protocol):
    """Describe the regular kind: a readers-writer lock keeps updates alone."""

    def update(self, entry: Entry) -> Result: ...
    def lookup(self, query: object) -> object: ...
    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: StopSignal) -> None: ...
    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None: ...
    def close(self) -> None: ...


@runtime_checkable
class ConcurrentStateMachine(Protocol):
    """Describe the concurrent kind: lookups and saves run beside updates."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]: ...
    def lookup(self, query: object) -> object: ...
    def prepare_snapshot(self) -> object: ...
    def save_snapshot(
        self, context: object, writer: Writer, files: SnapshotFiles, stopped: StopSignal
    ) -> None: ...
    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None: ...
    def close(self) -> None: ...


@runtime_checkable
class OnDiskStateMachine(Protocol):
    """Describe the on-disk kind: the machine keeps its own files and says how far they go."""

    def open(self, stopped: StopSignal) -> int: ...
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]: ...
    def lookup(self, query: object) -> object: ...
    def sync(self) -> None: ...
    def prepare_snapshot(self) -> object: ...
    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None: ...
    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None: ...
    def close(self) -> None: ...
