"""The external files of images: collected while one is saved, linked away, handed over.

What is wrong with them is judged elsewhere; what cannot be linked is left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from smcheck.checkers.files import Added, Look, check_added, check_kept
from smcheck.contract.types import SnapshotFile
from smcheck.finding import Breach, Location
from smcheck.host.folders import Folders


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """A file of an image as the host has it.

    Attributes:
        file: As recover is told of it; the path is the host's own.
        original: Where the machine had it.
        added: The facts about it.
    """

    file: SnapshotFile
    original: Path
    added: Added

    def later(self) -> Breach | None:
        """Judge the file once more, now."""
        now = look(self.file.path)
        if now.digest == self.added.at_return.digest:
            # Where no link could be made there is a copy: the file itself may have changed.
            here = look(self.original)
            now = here if here.identity == self.added.at_return.identity else now
        return check_kept(self.added, now)


class FileCollection:
    """Collect the external files of one save."""

    __slots__ = ("_files",)

    def __init__(self) -> None:
        self._files: list[tuple[SnapshotFile, Look, Location]] = []

    def add(self, file_id: int, path: Path | str, metadata: bytes = b"") -> None:
        """Add a finished file."""
        caller = sys._getframe(1)
        code = caller.f_code
        line = Location(code.co_filename, caller.f_lineno, code.co_qualname)
        file = SnapshotFile(file_id, Path(path), bytes(metadata))
        self._files.append((file, look(file.path), line))

    def _link(self, folders: Folders) -> tuple[tuple[LinkedFile, ...], Breach | None]:
        """Link the files away, as the library does when save has returned (FIL-1)."""
        if not self._files:
            return (), None
        added = [
            Added(file.file_id, file.path.name, line, before, look(file.path))
            for file, before, line in self._files
        ]
        folder = folders.fresh()
        linked = {
            one.file_id: LinkedFile(_linked(file, folder), file.path, one)
            for (file, _, _), one in zip(self._files, added, strict=True)
            if one.at_return.what == "file"
        }
        return tuple(linked.values()), check_added(added)


def look(path: Path) -> Look:
    """Return how a path looks now; whatever cannot be read is nothing."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return Look("folder")
        if not stat.S_ISREG(status.st_mode):
            return Look("special file")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return Look("nothing")
    what = "file" if status.st_size else "empty file"
    return Look(what, digest, (status.st_dev, status.st_ino))


def hand_over(files: tuple[LinkedFile, ...], folders: Folders) -> list[SnapshotFile]:
    """Return copies of the files for one recover: what it does with them is its own affair."""
    if not files:
        return []
    folder = folders.fresh()
    return [one.file._replace(path=_copied(one.file, folder)) for one in files]


def _linked(file: SnapshotFile, folder: Path) -> SnapshotFile:
    target = folder / f"external-{file.file_id}"
    target.unlink(missing_ok=True)  # an id given twice: the last one counts
    try:
        os.link(file.path, target)
    except OSError:
        shutil.copyfile(file.path, target)
    return file._replace(path=target)


def _copied(file: SnapshotFile, folder: Path) -> Path:
    target = folder / file.path.name
    shutil.copyfile(file.path, target)
    return target
