"""Read a file that somebody hands over, if it is a file and of a size that fits its purpose."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

LIMIT_BYTES = 64 << 20


def read_file(path: Path, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return what is in a regular file.

    Raises:
        OSError: There is none, it is a folder, a pipe or a device, which may never end, or it
            is larger than ``limit_bytes``; ``strerror`` says which.
        ValueError: The path cannot be one of any file.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Is no regular file", str(path))
    if status.st_size > limit_bytes:
        raise OSError(errno.EFBIG, f"Is larger than {limit_bytes >> 20} MiB", str(path))
    return path.read_bytes()
