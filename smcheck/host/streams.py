"""What save writes to and recover reads from: images, streams, stop signals.

Ask a stream for anything but its one method and you get an ``AttributeError`` that refers to it:
that is how a machine that needs more is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.host.files import LinkedFile


@dataclass(frozen=True, slots=True)
class Image:
    """A finished snapshot: its bytes, and its external files as the host linked them."""

    data: bytes
    files: tuple[LinkedFile, ...] = ()


class ImageWriter:
    """Collect an image. Only ``write`` is offered: no seek, no reading back (SAV-11)."""

    __slots__ = ("_chunks", "_is_over")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._is_over = False

    def write(self, data: bytes) -> int:
        """Take all of ``data``.

        Raises:
            ValueError: The save has returned: the image is written.
        """
        if self._is_over:
            raise ValueError("write to the image of a save that has returned")
        chunk = bytes(data)
        self._chunks.append(chunk)
        return len(chunk)

    def _end(self) -> None:
        self._is_over = True

    def _image(self) -> bytes:
        return b"".join(self._chunks)


class ImageReader:
    """Give an image back. Only ``read`` is offered."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def read(self, n: int | None = -1) -> bytes:
        """Return ``n`` bytes, or what is left of the image."""
        left = len(self._data) - self._position
        return self._take(left if n is None or n < 0 else min(n, left))

    def _take(self, size: int) -> bytes:
        piece = self._data[self._position : self._position + size]
        self._position += size
        return piece


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
