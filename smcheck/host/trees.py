"""What a folder holds, as a value that can be kept, compared and put back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tree:
    """The content of a folder.

    Attributes:
        entries: Path below the folder to bytes, ``None`` for a folder; sorted by path.
    """

    entries: tuple[tuple[str, bytes | None], ...]


def read_tree(folder: Path) -> Tree:
    """Return what ``folder`` holds now; what vanishes meanwhile is left out."""
    found: list[tuple[str, bytes | None]] = []
    for path in sorted(folder.rglob("*")):
        try:
            found.append(
                (str(path.relative_to(folder)), None if path.is_dir() else path.read_bytes())
            )
        except OSError:
            continue
    return Tree(tuple(found))


def write_tree(tree: Tree, folder: Path) -> None:
    """Make ``folder`` hold exactly ``tree``."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name, data in tree.entries:
        if data is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(data)
