"""What must be the same on every computer of a campaign, or its results are not the same.

The versions of smcheck, Hypothesis (it draws the commands) and Python (it cuts code into steps),
and the code of each target: that of its top-level package, by version and by its sources. Reads
files; nothing is imported and nothing runs.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import smcheck
from smcheck.campaign.cluster.wire import Unequal
from smcheck.engine.whereabouts import is_file

_DIGITS = 16
NOT_THERE = "nothing"
BASICS = ("smcheck", "Python", "Hypothesis")
"""What must be the same whatever the targets are."""


def versions_of(targets: Iterable[str], *, folder: Path | None = None) -> dict[str, str]:
    """Return what this computer has, by name.

    Args:
        targets: Of subjects; a file is looked for from ``folder``, the working directory unless
            given.
    """
    found = {
        "smcheck": smcheck.__version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Hypothesis": _version_of("hypothesis") or NOT_THERE,
    }
    here = (folder or Path.cwd()).absolute()
    return found | {name_of(target): _code_of(target, here) for target in targets}


def name_of(target: str) -> str:
    """Return what the code of a target goes by."""
    place = target.rpartition(":")[0]
    return f"the code of {place if is_file(place) else place.partition('.')[0]}"


def first_unequal(expected: Mapping[str, str], got: Mapping[str, str]) -> Unequal | None:
    """Return the first thing that is not the same, ``None`` if everything is."""
    for what, wanted in expected.items():
        if got.get(what, NOT_THERE) != wanted:
            return Unequal(what, wanted, got.get(what, NOT_THERE))
    return None


def refusal(unequal: Unequal, where: str) -> str:
    """Return the sentence that says what is not the same on a computer, and what to do."""
    return (
        f"{where}: expected {unequal.what} to be {unequal.expected} as it is here, "
        f"got {unequal.got}: install the same on both sides and start that process again"
    )


def _code_of(target: str, here: Path) -> str:
    """Return what tells the code of a target from other code of that name."""
    place = target.rpartition(":")[0]
    if is_file(place):
        return _code_of_file(place, here)
    top = place.partition(".")[0]
    spec = _spec(top, here)
    if spec is None:
        return NOT_THERE
    folders = [Path(one) for one in spec.submodule_search_locations or ()]
    files = [Path(spec.origin)] if not folders and spec.origin else []
    version = _version_of(top)
    said = _digest(folders, files)
    return f"{version} ({said})" if version else said


def _code_of_file(place: str, here: Path) -> str:
    file = Path(os.path.normpath(here / place))
    if not file.is_file():
        return NOT_THERE
    top = file.resolve()
    while (top.parent / "__init__.py").is_file() and top.parent.name.isidentifier():
        top = top.parent
    return _digest([top], []) if top.is_dir() else _digest([], [top])


def _spec(top: str, here: Path) -> ModuleSpec | None:
    """Find a top-level module as the process will that imports it, without importing it."""
    importlib.invalidate_caches()
    try:
        found = PathFinder.find_spec(top, [str(here), *sys.path])
        return found or importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None


def _version_of(top: str) -> str:
    """Return the version of the distribution that a top-level package is of, if it is of one."""
    try:
        return metadata.version(top)
    except (metadata.PackageNotFoundError, ValueError):
        owners = metadata.packages_distributions().get(top, [])
    return metadata.version(owners[0]) if owners else ""


def _digest(folders: Iterable[Path], files: Iterable[Path]) -> str:
    """Return a digest of all sources in folders and of some files, wherever they lie."""
    digest, count = hashlib.sha256(), 0
    for name, path in (*((one.name, one) for one in files), *_sources(folders)):
        try:
            source = path.read_bytes()
        except OSError:
            continue
        digest.update(f"{name}\0{len(source)}\0".encode() + source)
        count += 1
    return f"{count} source file{'' if count == 1 else 's'}, digest {digest.hexdigest()[:_DIGITS]}"


def _sources(folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the sources in folders, in an order, by their place there."""
    for folder in folders:
        found = []
        for place, below, names in os.walk(folder):
            below[:] = [one for one in below if one != "__pycache__" and not one.startswith(".")]
            found += [Path(place, name) for name in names if name.endswith(".py")]
        yield from sorted((path.relative_to(folder).as_posix(), path) for path in found)
