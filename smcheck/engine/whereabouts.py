"""Find the file or module of a target that somebody named somewhere else.

A witness is written in one folder and read in another: in a clone, on another machine, years
later. Looks at names only; nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def find_target(target: str, folder: str, *, near: Path | None = None) -> tuple[str, str]:
    """Return a target and the folder where it is found.

    Args:
        target: A file or a dotted module, a colon and a name.
        folder: Where it was found once.
        near: A file; the folders above it are looked at next, and the working directory last.

    Where nothing is found, what was asked for comes back: whoever imports it says what is wrong.
    """
    place, colon, name = target.rpartition(":")
    for base in _folders(folder, near):
        for wanted in _places(place, folder):
            if _is_there(base, wanted):
                return f"{wanted}{colon}{name}", str(base)
    return target, folder


def absolute_target(target: str, folder: str) -> str:
    """Return a target that means the same in every working directory, as far as it is a file."""
    place, colon, name = target.rpartition(":")
    return f"{Path(folder, place).absolute()}{colon}{name}" if is_file(place) else target


def is_file(place: str) -> bool:
    """Return whether the part of a target before the colon is a path."""
    return place.endswith(".py") or "/" in place


def _folders(folder: str, near: Path | None) -> Iterator[Path]:
    beside = near.absolute().parent if near is not None else Path.cwd()
    if folder:
        yield beside / folder
    if near is not None:
        yield from (beside, *beside.parents)
    yield Path.cwd()


def _places(place: str, folder: str) -> Iterator[str]:
    """Yield how the place may be written: also as the part of it below the folder."""
    yield place
    path = Path(place)
    if is_file(place) and path.is_absolute() and folder and path.is_relative_to(folder):
        yield str(path.relative_to(folder))


def _is_there(base: Path, place: str) -> bool:
    """Return whether the file, or that of the module, is in the folder."""
    try:
        if is_file(place):
            return (base / place).is_file()
        path = base.joinpath(*place.split("."))
        return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
    except (OSError, ValueError):
        return False  # a zero byte, a name that is too long
