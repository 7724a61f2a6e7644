"""Find the class that a target names, and where its module comes from.

Runs in the child only: importing is running the user's code.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from smcheck.cli.first_test.drafts import Place
from smcheck.errors import UsageError
from smcheck.subject import Subject
from smcheck.target import find

_FORM = "package.module:CLASS or path/to/file.py:CLASS"


def find_class(target: str, beside: Path) -> tuple[type, Place]:
    """Import the class that ``target`` names and tell where a test finds it.

    Args:
        target: As the user wrote it.
        beside: Folder of the test file.

    Raises:
        UsageError: There is no such class, or it is no class.
    """
    if ":" not in target:
        raise UsageError(f"target {target!r}: expected {_FORM}, got no colon: name the class")
    path = list(sys.path)
    module, found = find(target)
    name = target.rpartition(":")[2]
    if isinstance(found, Subject):
        raise UsageError(
            f"target {target!r}: expected the class of a machine, got a subject of one: "
            f"`smcheck check {target}` checks it"
        )
    if not isinstance(found, type):
        raise UsageError(
            f"target {target!r}: expected the class of a machine, got {_kind(found)}: "
            f"name a class, as in {_FORM}"
        )
    root = _root_of(module.__name__)
    is_there = _is_importable(module.__name__, path) or _is_prepended(root, beside)
    return found, Place(module.__name__, name, "" if is_there else root)


def _kind(found: object) -> str:
    return "a function" if callable(found) else f"an object of type {type(found).__qualname__}"


def _root_of(module: str) -> str:
    """Return the folder that holds the outermost package of a module."""
    top = sys.modules[module.partition(".")[0]]
    file = Path(str(getattr(top, "__file__", None) or ".")).absolute()
    return str(file.parent.parent if file.name == "__init__.py" else file.parent)


def _is_importable(module: str, path: list[str]) -> bool:
    """Return whether a module is found without the folders that were added for it."""
    before, top = list(sys.path), module.partition(".")[0]
    sys.path[:] = path
    importlib.invalidate_caches()
    try:
        specs = [finder.find_spec(top, None) for finder in sys.meta_path]
    except Exception:  # noqa: BLE001  # finders are anybody's
        return False
    finally:
        sys.path[:] = before
    return any(spec is not None for spec in specs)


def _is_prepended(root: str, beside: Path) -> bool:
    """Return whether pytest puts ``root`` on the path for a test file in ``beside``."""
    folder = beside.absolute()
    for above in (folder, *folder.parents):
        for name in ("pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"):
            if (above / name).is_file() and "import-mode" in _text(above / name):
                return False
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder == Path(root)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
