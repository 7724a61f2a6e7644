"""Read a file that somebody hands over, if it is a file and of a size that fits its purpose."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from smcheck.errors import UsageError

LIMIT_BYTES = 64 << 20


def read_file(path: Path, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return what is in a regular file.

    Raises:
        OSError: There is none, it is a folder, a pipe or a device, which may never end, or it
            is larger than ``limit_bytes``; ``strerror`` says which.
        ValueError: The path cannot be one of any file.
    """
    # A pipe without a writer would hold up whoever opens it.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "Is no regular file", str(path))
        if status.st_size > limit_bytes:
            raise _too_large(path, limit_bytes)
        return _read(handle, path, limit_bytes)
    finally:
        os.close(handle)


def read_witness(path: Path) -> bytes:
    """Return what is in the file at ``path``.

    Raises:
        UsageError: It is no file, cannot be read or is too large.
    """
    try:
        return read_file(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"expected a witness file, {path}: {why}: check the path") from error


def _read(handle: int, path: Path, limit_bytes: int) -> bytes:
    """Read to the end, which a file of the system's own may have where its size says nothing."""
    found = bytearray()
    while chunk := os.read(handle, 1 << 20):
        found += chunk
        if len(found) > limit_bytes:
            raise _too_large(path, limit_bytes)
    return bytes(found)


def _too_large(path: Path, limit_bytes: int) -> OSError:
    return OSError(errno.EFBIG, f"Is larger than {limit_bytes >> 20} MiB", str(path))
