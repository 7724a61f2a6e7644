"""Lines of source that a page shows: around a place, and around all that a scenario ran.

Reads files of source to show them; what is not there any more is left out.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smcheck.finding import Location
from smcheck.scenario import Step

AROUND = 3
"""Lines shown before and after one that matters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source as it stands in its file."""

    number: int
    text: str
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A location with the lines around it.

    Attributes:
        note: Why there are no lines, where that is to be said.
    """

    path: str
    location: Location
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def named(self) -> str | None:
        """The text of the line itself, ``None`` where it is not shown."""
        return next((line.text for line in self.lines if line.is_named), None)


def place(location: Location, *, around: int = AROUND) -> Place:
    """Return a location with its source, without the indentation that all lines share."""
    texts = _lines(location.file)
    first = max(1, location.line - around)
    shown = [text.rstrip("\n").expandtabs() for text in texts[first - 1 : location.line + around]]
    if location.line < 1 or not texts[location.line - 1 : location.line]:
        shown = []
    lines = tuple(
        Line(number, text, number == location.line)
        for number, text in enumerate(_outdented(shown), first)
    )
    return Place(shown_path(location.file), location, lines)


def shown_path(path: str) -> str:
    """Return a path as a reader in the working directory would name it."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def surroundings(steps: Iterable[Step]) -> dict[str, dict[int, str]]:
    """Return for each file the lines that ran and those around them, by number.

    A file that was edited since is not what ran: of it only the lines of the steps are known.
    """
    ran: dict[str, dict[int, str]] = {}
    for step in steps:
        ran.setdefault(step.file, {})[step.line] = step.source
    return {file: _around(file, lines) for file, lines in ran.items()}


def _around(file: str, ran: Mapping[int, str]) -> dict[int, str]:
    texts = _lines(file)
    is_edited = any(
        number > len(texts) or texts[number - 1].strip() != text.strip()
        for number, text in ran.items()
    )
    if is_edited:
        return dict(sorted(ran.items()))
    wanted = {near for number in ran for near in range(number - AROUND, number + AROUND + 1)}
    inside = [number for number in sorted(wanted) if 1 <= number <= len(texts)]
    return {number: texts[number - 1].rstrip().expandtabs() for number in inside}


def _lines(file: str) -> list[str]:
    try:
        return linecache.getlines(file)
    except ValueError:  # a name that no file can have
        return []


def _outdented(texts: list[str]) -> list[str]:
    common = min((len(t) - len(t.lstrip()) for t in texts if t.strip()), default=0)
    return [text[common:] for text in texts]
