"""Empty folders for machines that want one, in memory where the system has such a place."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = "SMCHECK_SCRATCH"
"""Variable with the folder that whoever supervises this process removes after it."""


def scratch_place() -> Path | None:
    """Return where short-lived folders go; ``None`` for the system's usual place."""
    given = os.environ.get(SCRATCH)
    places = (Path(given) if given else None, Path("/dev/shm"))
    return next((place for place in places if place is not None and place.is_dir()), None)


class Folders:
    """Give out fresh folders below one root that ``close`` removes."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._count = 0

    def fresh(self) -> Path:
        """Return a new, empty folder."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="smcheck-", dir=scratch_place()))
        self._count += 1
        folder = self._root / str(self._count)
        folder.mkdir()
        return folder

    def clear(self) -> None:
        """Remove every folder given out so far."""
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None
            self._count = 0
