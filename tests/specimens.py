"""The machines that the harness is measured by: broken ones, and correct ones as tricky.

``tests/buggy/NAME.py`` holds one planted defect, ``tests/fixed/NAME.py`` none. Each is a lone
file with a module-level ``subject`` and can be given to ``smcheck check`` as it is. A broken one
also says what is to be found, in ``EXPECT``:

``clauses``     ids of which one must come; more than one only where the contract leaves either
``line_of``     text of the line to blame, to be found once in the file above ``EXPECT``
``or_line_of``  further lines that may be blamed; the first line of the method, where that is
                what a location means, and the other end of a pair
``also``        ids that the same defect may bring along, beside one of ``clauses``
``after``       public defects of real machines that it follows, as in ``docs/real-bugs.md``; such
                a specimen has a correct sibling of the same name
``severity``    ``"hazard"`` where that is all that the contract calls it; a violation otherwise
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).resolve().parent


def _listed(folder: str) -> list[tuple[str, Path]]:
    return sorted((path.stem, path) for path in (_HERE / folder).glob("*.py"))


BUGGY = _listed("buggy")
"""Name and path of every machine with a defect."""

FIXED = _listed("fixed")
"""Name and path of every machine without one."""


def load(path: Path) -> ModuleType:
    """Import a specimen under a name of its own, once per process.

    Broken and fixed siblings share a file name, so the folder is part of the module's.
    """
    name = f"{path.parent.name}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def blamable_lines(path: Path) -> frozenset[int]:
    """Return the numbers of the lines of a broken machine that a finding may name."""
    expect = load(path).EXPECT
    return frozenset(
        line
        for text in (expect["line_of"], *expect.get("or_line_of", ()))
        for line in lines_of(path, text)
    )


def lines_of(path: Path, text: str) -> list[int]:
    """Return the numbers of the lines above ``EXPECT`` on which ``text`` begins."""
    source = path.read_text().partition("\nEXPECT")[0]
    starts = [i for i in range(len(source)) if source.startswith(text, i)]
    blank = len(text) - len(text.lstrip())
    return [source.count("\n", 0, start + blank) + 1 for start in starts]
