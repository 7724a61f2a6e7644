"""Every function alive, as the collector knows them.

Walking modules, classes, closures and wrappers misses what decorators keep in places of their
own; the collector knows every function, generated ones too.
"""

from __future__ import annotations

import gc
import sys
from types import FunctionType
from typing import NamedTuple

from smcheck.runtime.thawed import thawed

_HAS_GENERATIONS = sys.version_info < (3, 14)


class _Moves(NamedTuple):
    """How often objects were moved to where old ones are."""

    collections: tuple[int, ...]
    frozen: int


class Functions:
    """Look for functions again and again; what was old already is not looked at twice."""

    def __init__(self) -> None:
        self._moves: _Moves | None = None

    def forget(self) -> None:
        """Return all functions next time."""
        self._moves = None

    def alive(self) -> tuple[list[FunctionType], bool]:
        """Return functions alive, and whether these are all.

        If they are not, all those are among them that were made since the latest call.
        """
        if _HAS_GENERATIONS and self._moves == _moves():
            young = [*gc.get_objects(0), *gc.get_objects(1)]
            if self._moves == _moves():
                return _functions_of(young), False
        collections = _moves().collections
        with thawed():
            found = _functions_of(gc.get_objects())
        self._moves = _Moves(collections, gc.get_freeze_count())
        return found, True


def _moves() -> _Moves:
    _, *older = gc.get_stats()
    return _Moves(tuple([stats["collections"] for stats in older]), gc.get_freeze_count())


def _functions_of(objects: list[object]) -> list[FunctionType]:
    return [o for o in objects if type(o) is FunctionType]
