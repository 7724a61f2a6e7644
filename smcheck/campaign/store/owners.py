"""Who is at work on what in a store: locks of files, which end with the process that has them.

A number of a process would be another one's in a container, and after a reboot anybody's.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CREATING = "creating"


class Owners:
    """The locks that one opened store holds, in a folder beside its file.

    They are closed when a process runs another program, so that no worker inherits one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}

    def take(self, run_id: str) -> bool:
        """Take a run unless somebody has it; return whether it is ours now.

        Raises:
            OSError: The disk refuses.
        """
        if run_id not in self._held:
            handle = _open(self._folder, run_id)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            except BaseException:
                os.close(handle)
                raise
            self._held[run_id] = handle
        return True

    def is_free(self, run_id: str) -> bool:
        """Return whether nobody has a run, this store included.

        Raises:
            OSError: The disk refuses.
        """
        if run_id in self._held:
            return False
        if not self.take(run_id):
            return False
        os.close(self._held.pop(run_id))
        return True

    def give_back(self, run_id: str) -> None:
        """Leave a run that has ended, and nothing of it."""
        handle = self._held.pop(run_id, None)
        if handle is not None:
            (self._folder / run_id).unlink(missing_ok=True)
            os.close(handle)

    def close(self) -> None:
        """Leave all, for others to take."""
        while self._held:
            os.close(self._held.popitem()[1])


@contextmanager
def creating(folder: Path) -> Iterator[None]:
    """Let one process at a time create a store; the others wait.

    Raises:
        OSError: The disk refuses.
    """
    handle = _open(folder, _CREATING)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(folder: Path, name: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
