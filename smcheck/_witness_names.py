"""How witness files are called, so that a folder of them can be searched without reading any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(
    r"(?P<subject>.+)-(?P<clause>[A-Z]{3}-\d+)-(?P<signature>[0-9a-f]{12})(?:-[0-9a-f]{8})?\.json"
)
"""At the end of some, a digest of the target: subjects of one name may share the rest."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One witness in a folder, as far as its name tells."""

    path: Path
    clause: str
    signature: str


def name_for(subject: str, clause: str, signature: str) -> str:
    """Return what the witness of one finding is called."""
    return f"{_slug(subject)}-{clause}-{signature}.json"


def witnesses_in(folder: Path, subject: str) -> list[Stored]:
    """Return the witnesses in ``folder`` that may be of ``subject``, by name.

    Names of subjects are shortened in names of files: what is inside decides.
    """
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
    fits = [found for found in map(_NAME.fullmatch, names) if found]
    return [
        Stored(folder / found[0], found["clause"], found["signature"])
        for found in fits
        if found["subject"] == _slug(subject)
    ]


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60]
