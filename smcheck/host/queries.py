"""The object that a lookup is asked with: the caller's, who changes it after the call."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from smcheck.finding import Breach
from smcheck.runtime.graph import path_to

_SCRIBBLE = "<overwritten by the caller after lookup returned>"

Container = list[object] | dict[object, object]
Part = Container | tuple[object, ...]


def own_copy(value: object) -> object:
    """Return a copy of plain data that shares no container with it."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(own_copy, value))
    if isinstance(value, dict):
        return {own_copy(k): own_copy(v) for k, v in value.items()}
    return value


def containers_in(value: object) -> Iterator[Container]:
    """Yield the lists and dicts of plain data, outer ones first; nothing else of it can change."""
    return (part for part in _parts_of(value) if isinstance(part, (list, dict)))


def has_containers(value: object) -> bool:
    """Return whether any part of a query can change."""
    return next(containers_in(value), None) is not None


def _parts_of(value: object) -> Iterator[Part]:
    """Yield what holds other parts of plain data, and what does not though it could."""
    if not isinstance(value, (list, tuple, dict)):
        return
    yield value
    for item in value.values() if isinstance(value, dict) else value:
        yield from _parts_of(item)


class LentQueries:
    """See whether a machine still holds a query after the call, and overwrite it (LKP-2).

    Attributes:
        path: How the machine reached the first query that it kept, empty if it kept none.
    """

    def __init__(self) -> None:
        self.path = ""
        self._parts: list[Part] = []
        self._counts: list[int] = []

    def lend(self, query: object) -> None:
        """Note how often the parts of the query are held, just before it is handed out."""
        # A tuple that somebody keeps holds the lists inside it.
        self._parts = [part for part in _parts_of(query) if has_containers(part)]
        self._counts = self._count()

    def take_back(self, query: object, machine: object) -> None:
        """Look for the query that was lent in the machine, then overwrite it as its owner may.

        Takes the query once more, so that as many of our own references to it are counted.
        """
        # Only what somebody took a reference to is worth a walk through the machine.
        if self._count() != self._counts and not self.path:
            self.path = path_to(machine, containers_in(query)) or ""
        for container in list(containers_in(query)):
            container.clear()
            if isinstance(container, dict):
                container[_SCRIBBLE] = _SCRIBBLE
            else:
                container.append(_SCRIBBLE)
        self._parts = []

    def _count(self) -> list[int]:
        return [sys.getrefcount(part) for part in self._parts]

    def breaches(self) -> list[Breach]:
        """Return the breach of a machine that kept a query."""
        if not self.path:
            return []
        return [Breach(
            "LKP-2", "retained", "lookup keeps a reference to the query",
            "expected no reference to the query once lookup has returned, "
            f"got one at {self.path}: the query belongs to the caller, who may change it; "
            "keep a copy, or a tuple or text made from it",
            method="lookup", evidence=(("path", self.path),),
        )]  # fmt: skip
