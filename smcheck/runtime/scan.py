"""Find where the machine keeps what is replaced: aliases, locks, closures, defaults, partials.

Knows objects and their replacements; sets nothing by itself and runs no code of the machine.
"""

from __future__ import annotations

import sys
import types
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smcheck._types import ids_of
from smcheck.runtime.edges import ATOMS, Kind, attributes_of, edges, has_parts
from smcheck.runtime.stand_ins import LOCK_IDS, UNCHANGED, StandIns

LIMIT = 100_000
"""How many objects one scan looks at."""

FOREIGN = frozenset(
    {
        "smcheck", "smcheck_strategies", "hypothesis", "pytest", "_pytest", "pluggy", "trio",
        "execnet", "xdist", "coverage", "rich", "click", "msgspec", "debugpy", "pydevd",
    }
)  # fmt: skip
"""Packages that work beside a machine and keep the real things."""

SYNCHRONISED = frozenset(
    {"threading", "queue", "concurrent.futures._base", "concurrent.futures.thread"}
)
"""Modules of classes that are made of locks; what they hold begins afresh in each session."""

_ENTERED = SYNCHRONISED | {
    "builtins", "collections", "contextlib", "dataclasses", "functools", "types",
}  # fmt: skip
_DESCRIPTORS = (
    types.GetSetDescriptorType, types.MemberDescriptorType, types.MethodDescriptorType,
    types.WrapperDescriptorType,
)  # fmt: skip
_PLAIN = ids_of(ATOMS + _DESCRIPTORS) - {id(types.BuiltinFunctionType)}
"""Types of what is neither replaced nor entered."""
_SKIPPED = frozenset(
    {
        ".__annotations__", ".__builtins__", ".__dataclass_fields__", ".__dataclass_params__",
        ".__loader__", ".__match_args__", ".__slots__", ".__spec__",
    }
)  # fmt: skip
"""What modules and classes are described by."""


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
    return _Scan(stand_ins, is_own).run(roots, limit)


class _Scan:
    def __init__(self, stand_ins: StandIns, is_own: Callable[[str], bool]) -> None:
        self._stand_ins = stand_ins
        self._is_own = is_own
        self._found = Found()
        self._alive: dict[int, Any] = {}
        self._queue: deque[tuple[str, Any]] = deque()
        self._is_entered: dict[int, tuple[type, bool]] = {id(t): (t, False) for t in ATOMS}

    def run(self, roots: Iterable[tuple[str, Any]], limit: int) -> Found:
        for path, root in roots:
            self._push(path, root)
        while self._queue and len(self._alive) < limit:
            path, holder = self._queue.popleft()
            for label, value, kind, owner, key in edges(holder):
                if id(type(value)) not in _PLAIN and label not in _SKIPPED:
                    self._look(path + label, value, kind=kind, owner=owner, key=key)
        return self._found

    def _look(self, path: str, value: Any, *, kind: Kind | None, owner: Any, key: Any) -> None:
        new = self._stand_ins.for_value(value)
        if new is UNCHANGED:
            if id(type(value)) in LOCK_IDS:
                self._found.left.append(path)
            elif self._may_enter(value):
                self._push(path, value)
        elif kind is None:
            if id(type(value)) in LOCK_IDS:
                self._found.left.append(path)
        else:
            self._found.spots.append(Spot(kind, owner, key, value, new))
            if type(value) is tuple:
                for item in value:
                    if self._stand_ins.for_value(item) is UNCHANGED and self._may_enter(item):
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
        elif cls is types.FunctionType:
            home = sys.modules.get(str(value.__globals__.get("__name__")))
            if home is None or vars(home) is not value.__globals__:
                # As attrs do for the methods they generate.
                self._push(f"{path}.<globals>", value.__globals__)

    def _may_enter(self, value: Any) -> bool:
        cls = type(value)
        known = self._is_entered.get(id(cls))
        if known is not None:
            return known[1]
        if issubclass(cls, types.ModuleType):
            return False
        if issubclass(cls, type):
            return self._is_own(str(vars(value).get("__module__")))
        if cls is types.FunctionType:
            if _root_of(str(value.__globals__.get("__name__"))) in FOREIGN:
                return False
            return _is_entered(value.__module__, cls)
        is_entered = _is_entered(vars(cls).get("__module__"), cls)
        self._is_entered[id(cls)] = (cls, is_entered)
        return is_entered


def _is_entered(module: Any, cls: type) -> bool:
    if not isinstance(module, str):
        # Classes written in C say ``module.name`` in their name, or nothing.
        module = cls.__module__
    root = _root_of(module)
    if root in FOREIGN:
        return False
    return module in _ENTERED or root not in sys.stdlib_module_names


def _root_of(module: str) -> str:
    return module.partition(".")[0]
