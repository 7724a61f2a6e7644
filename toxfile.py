"""Let tox find the Pythons that pyenv keeps, although only pyenv's shims are on PATH.

A shim runs only the versions that are switched on, so `python3.13` may be on PATH and refuse to
start. What tox finds by itself, or is told with `--discover`, comes first or stays.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tox.plugin import impl

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser

VERSIONS = ("3.11", "3.12", "3.13")


@impl
def tox_add_option(parser: ToxParser) -> None:
    """Name pyenv's interpreters in the variable behind tox's `--discover`."""
    del parser
    if interpreters := pyenv_interpreters():
        os.environ.setdefault("TOX_DISCOVER", os.pathsep.join(interpreters))


def pyenv_interpreters() -> list[str]:
    """Return the newest installed interpreter of each version the suite runs on."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = []
    for version in VERSIONS:
        patches = [p for p in root.glob(f"{version}.*/bin/python") if _patch(p).isdigit()]
        if patches:
            found.append(str(max(patches, key=lambda path: int(_patch(path)))))
    return found


def _patch(interpreter: Path) -> str:
    return interpreter.parents[1].name.rpartition(".")[2]
