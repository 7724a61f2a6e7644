"""Streams and stop signals under which something goes wrong, as it does around real machines.

Each has one fault, at a place that is told by a number, so that the same fault comes again.
"""

from __future__ import annotations

import errno
import os

from smcheck.contract.types import SnapshotStreamingFailed
from smcheck.host.streams import ImageReader, ImageWriter, Stopped


def disk_full() -> OSError:
    """Return what a writer on a full disk raises."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stream_lost() -> SnapshotStreamingFailed:
    """Return what a writer raises whose receiver is gone; for the on-disk kind."""
    return SnapshotStreamingFailed("the receiver of the image is gone")


class FailingWriter(ImageWriter):
    """Take the first bytes and then fail, each time with the same exception.

    Attributes:
        error: The exception.
        has_failed: Whether it was raised.
    """

    __slots__ = ("_left", "error", "has_failed")

    def __init__(self, error: Exception, *, after: int) -> None:
        super().__init__()
        self.error = error
        self.has_failed = False
        self._left = after

    def write(self, data: bytes) -> int:
        """Take all of ``data`` or fail."""
        self._left -= len(bytes(data))
        if self.has_failed or self._left < 0:
            self.has_failed = True
            raise self.error.with_traceback(None)
        return super().write(data)


class ShortWriter(ImageWriter):
    """Take the first half of what is written, one byte at least."""

    __slots__ = ("was_short",)

    def __init__(self) -> None:
        super().__init__()
        self.was_short = False

    def write(self, data: bytes) -> int:
        """Take a part of ``data`` and return its length."""
        whole = bytes(data)
        part = whole[: (len(whole) + 1) // 2]
        self.was_short |= len(part) < len(whole)
        return super().write(part)


class Signal(Stopped):
    """A stop signal that is set once it was asked, or a stream was used, so many times.

    Attributes:
        asked: How often the machine asked.
        moved: How often it wrote or read.
        was_seen: Whether the machine was told that the host is closing.
    """

    __slots__ = ("_at_asked", "_at_moved", "asked", "moved", "was_seen")

    def __init__(self, *, at_asked: int | None = None, at_moved: int | None = None) -> None:
        """Say when it is set; never unless one of the two is given."""
        self.asked = self.moved = 0
        self.was_seen = False
        self._at_asked = at_asked
        self._at_moved = at_moved

    @property
    def is_on(self) -> bool:
        """Whether it is set, told without counting as a question."""
        by_asking = self._at_asked is not None and self.asked >= self._at_asked
        return by_asking or (self._at_moved is not None and self.moved >= self._at_moved)

    def is_set(self) -> bool:
        """Return whether the host wants the call to end."""
        is_on = self.is_on
        self.asked += 1
        self.was_seen |= is_on
        return is_on

    def wait(self, timeout: float | None = None) -> bool:
        """Return the same, at once."""
        return self.is_set()


class SignallingWriter(ImageWriter):
    """Take everything, and count for a signal."""

    __slots__ = ("_signal",)

    def __init__(self, signal: Signal) -> None:
        super().__init__()
        self._signal = signal

    def write(self, data: bytes) -> int:
        """Take all of ``data``."""
        self._signal.moved += 1
        return super().write(data)


class SignallingReader(ImageReader):
    """Give an image back, and count for a signal."""

    __slots__ = ("_signal",)

    def __init__(self, data: bytes, signal: Signal) -> None:
        super().__init__(data)
        self._signal = signal

    def _take(self, size: int) -> bytes:
        self._signal.moved += 1
        return super()._take(size)


class ShortReader(ImageReader):
    """Give at most so many bytes to a read that says how many it wants (REC-6).

    Attributes:
        was_short: Whether any read got less than it wanted though there was more.
    """

    __slots__ = ("_limit", "was_short")

    def __init__(self, data: bytes, *, limit: int) -> None:
        super().__init__(data)
        self.was_short = False
        self._limit = limit

    def read(self, n: int | None = -1) -> bytes:
        """Return up to ``n`` bytes, and all that is left without ``n``."""
        if n is None or n <= self._limit:
            return super().read(n)
        self.was_short |= len(self._data) - self._position > self._limit
        return super().read(self._limit)


class ReadsOn(BaseException):
    """Unwinds a recover that reads past the end of a cut image, again and again."""


class CutReader(ImageReader):
    """Give a part of an image, and end a recover that does not notice.

    Attributes:
        reads_on: Whether it had to be ended.
    """

    __slots__ = ("_limit", "reads_on")

    def __init__(self, data: bytes, *, missing: int) -> None:
        """Give ``data``, of which ``missing`` bytes were cut off."""
        super().__init__(data)
        self.reads_on = False
        # Each part of an image that is missing takes a byte at least, and may be asked for twice.
        self._limit = 1_000 + 2 * missing

    def read(self, n: int | None = -1) -> bytes:
        """Return ``n`` bytes, or what is left.

        Raises:
            ReadsOn: There was nothing left so many times that no end is in sight.
        """
        piece = super().read(n)
        if not piece and n:
            self._limit -= 1
            if self._limit < 0:
                self.reads_on = True
                raise ReadsOn
        return piece
