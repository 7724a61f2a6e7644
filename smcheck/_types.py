"""Classes by their identity: a metaclass may have an equality of its own, and no hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_LIMIT = 2048

T = TypeVar("T")


def ids_of(types: Iterable[type]) -> frozenset[int]:
    """Return the identities of classes that live as long as the interpreter.

    >>> id(bool) in ids_of([int, bool]), id(float) in ids_of([int, bool])
    (True, False)
    """
    return frozenset(map(id, types))


def kept_by_type(make: Callable[[type], T]) -> Callable[[type], T]:
    """Call ``make`` once for each class, as long as there are few of them."""
    known: dict[int, tuple[type, T]] = {}

    def get(cls: type) -> T:
        entry = known.get(id(cls))
        if entry is None:
            if len(known) >= _LIMIT:
                known.clear()
            entry = known[id(cls)] = (cls, make(cls))
        return entry[1]

    return get
