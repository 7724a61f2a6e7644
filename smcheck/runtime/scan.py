"""Find where the machine keeps what is replaced: aliases, locks, closures, defaults, partials.

Knows objects and their replacements; sets nothing by itself and runs no code of the machine.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smcheck.runtime.edges import Kind, attributes_of, edges, has_parts
from smcheck.runtime.entering import PLAIN, SKIPPED, SYNCHRONISED, Entering
from smcheck.runtime.stand_ins import LOCK_IDS, UNCHANGED, StandIns
from smcheck.runtime.survey import has_own_globals, holds_nothing

LIMIT = 100_000
"""How many objects one scan looks at."""


class Spot(NamedTuple):
    """One reference to replace: set by ``put_new``, given back by ``put_old``."""

    kind: Kind
    owner: Any
    key: Any
    old: Any
    new: Any

    def put_new(self) -> None:
        """Replace it."""
        if self.kind.get(self.owner, self.key) is self.old:
            self.kind.put(self.owner, self.key, self.new)

    def put_old(self) -> None:
        """Give it back, unless the machine has put something else there."""
        if self.kind.get(self.owner, self.key) is self.new:
            self.kind.put(self.owner, self.key, self.old)
        elif issubclass(type(self.owner), (list, deque)):
            for index, value in enumerate(self.owner):
                if value is self.new:
                    self.owner[index] = self.old


@dataclass(slots=True)
class Found:
    """What a scan found.

    Attributes:
        spots: References to replace.
        synchronised: Attributes of queues, events, pools and their like.
        left: Paths of real locks that cannot be replaced.
    """

    spots: list[Spot] = field(default_factory=list)
    synchronised: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def scan(
    roots: Iterable[tuple[str, Any]],
    stand_ins: StandIns,
    *,
    is_own: Callable[[str], bool],
    limit: int = LIMIT,
) -> Found:
    """Walk from ``roots`` and return what there is to replace.

    Args:
        roots: Objects with the text their paths begin with.
        stand_ins: Gives the replacements.
        is_own: Whether the module of a class, by name, is the machine's: its attributes are
            looked at then.
        limit: Objects looked at.
    """
    given, entering = list(roots), Entering(is_own)
    if holds_nothing([root for _, root in given], entering, limit=limit):
        return Found()
    return _Scan(stand_ins, entering).run(given, limit)


class _Scan:
    def __init__(self, stand_ins: StandIns, entering: Entering) -> None:
        self._stand_ins = stand_ins
        self._entering = entering
        self._found = Found()
        self._alive: dict[int, Any] = {}
        self._queue: deque[tuple[str, Any]] = deque()

    def run(self, roots: Iterable[tuple[str, Any]], limit: int) -> Found:
        for path, root in roots:
            self._push(path, root)
        while self._queue and len(self._alive) < limit:
            path, holder = self._queue.popleft()
            for label, value, kind, owner, key in edges(holder):
                if id(type(value)) not in PLAIN and label[1:] not in SKIPPED:
                    self._look(path + label, value, kind=kind, owner=owner, key=key)
        return self._found

    def _look(self, path: str, value: Any, *, kind: Kind | None, owner: Any, key: Any) -> None:
        new = self._stand_ins.for_value(value)
        if new is UNCHANGED:
            if id(type(value)) in LOCK_IDS:
                self._found.left.append(path)
            elif self._entering.may_enter(value):
                self._push(path, value)
        elif kind is None:
            if id(type(value)) in LOCK_IDS:
                self._found.left.append(path)
        else:
            self._found.spots.append(Spot(kind, owner, key, value, new))
            if type(value) is tuple:
                for item in value:
                    if self._stand_ins.for_value(item) is UNCHANGED and self._entering.may_enter(
                        item
                    ):
                        self._push(path, item)

    def _push(self, path: str, value: Any) -> None:
        if id(value) in self._alive:
            return
        self._alive[id(value)] = value
        cls = type(value)
        if cls is not types.FunctionType or has_parts(value):
            self._queue.append((path, value))
        if vars(cls).get("__module__") in SYNCHRONISED:
            attributes = attributes_of(value)
            if attributes is not None:
                self._found.synchronised.append(attributes)
        elif cls is types.FunctionType and has_own_globals(value):
            self._push(f"{path}.<globals>", value.__globals__)
