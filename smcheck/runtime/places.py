"""Places in code and the locations that reports print; knows no task and no session."""

from __future__ import annotations

import os
from functools import lru_cache
from types import CodeType

from smcheck.finding import Location


def line_of(code: CodeType, offset: int) -> int:
    """Return the source line of an instruction."""
    return _lines(code).get(offset) or code.co_firstlineno


def location_of(place: tuple[CodeType, int] | None) -> Location | None:
    """Return the location of a place."""
    if place is None:
        return None
    code, offset = place
    return Location(_absolute(code.co_filename), line_of(code, offset), code.co_qualname)


def _absolute(file: str) -> str:
    return _normal(file) if os.path.isabs(file) else os.path.abspath(file)


_normal = lru_cache(maxsize=4096)(os.path.abspath)


@lru_cache(maxsize=4096)
def _lines(code: CodeType) -> dict[int, int | None]:
    """Return the line of each instruction; a jump back has none and takes the one before."""
    found: dict[int, int | None] = {}
    latest: int | None = None
    for start, stop, line in code.co_lines():
        latest = line or latest
        found.update(dict.fromkeys(range(start, stop, 2), latest))
    return found
