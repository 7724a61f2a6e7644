"""What save writes to and recover reads from: images, streams, file collections, stop signals."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from smcheck.contract.types import SnapshotFile
from smcheck.host.folders import Folders


@dataclass(frozen=True, slots=True)
class Image:
    """A finished snapshot: its bytes, and its external files as the host linked them."""

    data: bytes
    files: tuple[SnapshotFile, ...] = ()


class ImageWriter:
    """Collect an image. Only ``write`` is offered: no seek, no reading back (SAV-11)."""

    __slots__ = ("_chunks",)

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take all of ``data``."""
        chunk = bytes(data)
        self._chunks.append(chunk)
        return len(chunk)

    def _image(self) -> bytes:
        return b"".join(self._chunks)


class ImageReader:
    """Give an image back, in short pieces where it helps to find a careless reader (REC-6)."""

    __slots__ = ("_data", "_limit", "_position")

    def __init__(self, data: bytes, *, limit: int = 1 << 62) -> None:
        self._data = data
        self._position = 0
        self._limit = limit

    def read(self, n: int | None = -1) -> bytes:
        """Return up to ``n`` bytes, at most ``limit`` in one call when ``n`` is given."""
        left = len(self._data) - self._position
        size = left if n is None or n < 0 else min(n, left, self._limit)
        piece = self._data[self._position : self._position + size]
        self._position += size
        return piece


class FileCollection:
    """Collect the external files of one save."""

    __slots__ = ("_files",)

    def __init__(self) -> None:
        self._files: list[SnapshotFile] = []

    def add(self, file_id: int, path: Path | str, metadata: bytes = b"") -> None:
        """Add a finished file."""
        self._files.append(SnapshotFile(file_id, Path(path), bytes(metadata)))

    def _link(self, folders: Folders) -> tuple[SnapshotFile, ...]:
        """Copy the files away, as the library links them when save has returned (FIL-1)."""
        if not self._files:
            return ()
        folder = folders.fresh()
        linked = []
        for file in self._files:
            target = folder / f"external-{file.file_id}"
            shutil.copyfile(file.path, target)
            linked.append(SnapshotFile(file.file_id, target, file.metadata))
        return tuple(linked)


class Stopped:
    """A stop signal that is not set: the host is not closing."""

    __slots__ = ()

    def is_set(self) -> bool:
        """Return False."""
        return False

    def wait(self, timeout: float | None = None) -> bool:
        """Return False at once: the signal never comes in this run."""
        return False


class StoppedNow:
    """A stop signal that is set: the host is closing already."""

    __slots__ = ()

    def is_set(self) -> bool:
        """Return True."""
        return True

    def wait(self, timeout: float | None = None) -> bool:
        """Return True at once."""
        return True


def finish(writer: ImageWriter, files: FileCollection, folders: Folders) -> Image:
    """Return the image of a save that returned."""
    return Image(writer._image(), files._link(folders))
