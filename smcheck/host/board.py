"""A few bytes shared with the parent process: how many calls began, and which is in flight.

Written by the host at each call, read by whoever supervises the process. It survives the
writer's death, which is the point: it tells in which operation a machine took the process down.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Self

_SIZE = 64
_HEAD = struct.Struct("<Q32s")
_COUNT = struct.Struct("<Q")
_APPLIED_AT = _HEAD.size


class Board:
    """A counter that is the heartbeat, and the name of the operation in flight.

    Attributes:
        latest: Name of the latest operation, also after its end.
    """

    latest = ""

    def __init__(self, memory: mmap.mmap | bytearray) -> None:
        self._memory = memory
        self._count = 0

    @classmethod
    def private(cls) -> Self:
        """Return a board that nobody else sees."""
        return cls(bytearray(_SIZE))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file and return the board in it; the writer opens it by ``path``."""
        path.write_bytes(bytes(_SIZE))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Return the board in an existing file."""
        with path.open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), _SIZE))

    def begin(self, operation: str) -> None:
        """Note that a call of ``operation`` begins; at most 32 ASCII characters."""
        self._count += 1
        self.latest = operation
        _HEAD.pack_into(self._memory, 0, self._count, operation.encode())

    def end(self) -> None:
        """Note that no call is in flight."""
        self._count += 1
        _HEAD.pack_into(self._memory, 0, self._count, b"")

    @property
    def count(self) -> int:
        """Calls and returns so far, as the file has it."""
        return int(_COUNT.unpack_from(self._memory)[0])

    @property
    def applied(self) -> int:
        """Entries that had been applied when the latest step of a life began."""
        return int(_COUNT.unpack_from(self._memory, _APPLIED_AT)[0])

    @applied.setter
    def applied(self, entries: int) -> None:
        _COUNT.pack_into(self._memory, _APPLIED_AT, entries)

    @property
    def operation(self) -> str:
        """Name of the operation in flight, empty without one."""
        return bytes(_HEAD.unpack_from(self._memory)[1]).rstrip(b"\0").decode()
