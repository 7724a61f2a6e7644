"""Walk the objects that a machine holds: what keeps this one alive, what do two of them share.

No code of the machine is run, and nothing is changed. Types, modules and the globals of
functions are not entered; frames, tracebacks, generators and smcheck's own objects neither.
"""

from __future__ import annotations

import enum
import sys
import types
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from smcheck.runtime.edges import ATOM_IDS, attributes_of, edges

LIMIT = 200_000
"""How many objects a walk looks at before it gives up."""

_OWN = ("smcheck.runtime", "smcheck.host", "smcheck.engine", "smcheck.testing")
_CONTAINERS = (dict, list, set, bytearray, deque)

Root = tuple[str, Any]
Step = tuple[int, str]


def path_to(root: object, targets: Iterable[object], *, limit: int = LIMIT) -> str | None:
    """Return how ``root`` reaches one of ``targets``, such as ``machine._log[0]``.

    Looked at are first the machine, then the attributes of its classes, then the globals of
    its module and the classes made there.

    Args:
        root: The machine.
        targets: Compared by identity.
        limit: Objects looked at.

    Returns:
        The shortest path from the first of these roots that has one, ``None`` without any.
    """
    wanted = {id(target) for target in targets}
    if not wanted:
        return None
    walk = _Walk(limit, _is_closed)
    for roots in ([("machine", root)], list(_class_roots(type(root))), list(_globals_of(root))):
        found = walk.find(roots, lambda value: id(value) in wanted)
        if found is not None:
            return found
    return None


def reachable(root: object, *others: object, limit: int = LIMIT) -> dict[int, object] | None:
    """Return what a machine and further objects reach, by identity; all of it stays alive.

    Neither what its classes nor what its module holds belongs to the one machine.

    Args:
        limit: Objects looked at.

    Returns:
        ``None`` if there are more than ``limit``.
    """
    walk = _Walk(limit, _is_closed)
    walk.find([("machine", root), *(("", other) for other in others)], lambda _: False)
    return walk.alive if len(walk.alive) < limit else None


def find_shared(
    first: object, second: object, *, limit: int = LIMIT
) -> Iterator[tuple[str, object]]:
    """Yield what can change and both hold: its paths from both, and it.

    A thing that can change is a built-in container or an instance with attributes that are
    not frozen. Members of enumerations do not count, nor what instances of the standard
    library's own classes hold: loggers are shared, paths and patterns keep caches. What is
    found inside of another such thing is not named beside it.

    Args:
        first: What was handed out; called ``context`` in the text.
        second: The machine.
        limit: Objects looked at on each side.
    """
    held = _Walk(limit, _is_closed_or_standard)
    held.find([("context", first)], lambda _: False)
    mutable = {key for key, value in held.alive.items() if _can_change(value)}
    if not mutable:
        return
    walk = _Walk(limit, _is_closed_or_standard)
    walk.find([("machine", second)], lambda _: False)
    for key in walk.below(mutable):
        yield f"{held.path(key)} is {walk.path(key)}", walk.alive[key]


class _Walk:
    """One breadth-first walk; what was seen stays alive, so identities stay true."""

    def __init__(self, limit: int, is_closed: Callable[[Any], bool]) -> None:
        self._is_closed = is_closed
        self.alive: dict[int, Any] = {}
        self._left = limit
        self._came: dict[int, Step] = {}

    def find(self, roots: Iterable[Root], is_wanted: Callable[[Any], bool]) -> str | None:
        """Return the path to the first wanted object that no earlier walk has seen."""
        queue: deque[Any] = deque()
        for label, value in roots:
            if self._is_new(value, (0, label)):
                if is_wanted(value):
                    return self.path(id(value))
                if not self._is_closed(value):
                    queue.append(value)
        while queue:
            holder = queue.popleft()
            for label, value, *_ in edges(holder):
                if not self._is_new(value, (id(holder), label)):
                    continue
                if is_wanted(value):
                    return self.path(id(value))
                if not self._is_closed(value):
                    queue.append(value)
        return None

    def _is_new(self, value: Any, step: Step) -> bool:
        if id(value) in self.alive or self._left <= 0:
            return False
        self._left -= 1
        self.alive[id(value)] = value
        self._came[id(value)] = step
        return True

    def below(self, wanted: Collection[int]) -> Iterator[int]:
        """Yield those of the ``wanted`` objects that the walk did not come to through another."""
        covered: set[int] = set()
        for key, (parent, _) in self._came.items():
            if parent in covered:
                covered.add(key)
            elif key in wanted:
                covered.add(key)
                yield key

    def path(self, key: int) -> str:
        """Return how the walk came to an object."""
        labels: list[str] = []
        while key:
            key, label = self._came[key]
            labels.append(label)
        return "".join(reversed(labels))


def _is_closed(value: Any) -> bool:
    cls = type(value)
    if id(cls) in ATOM_IDS and cls is not types.BuiltinFunctionType:
        return True
    if issubclass(cls, (type, types.ModuleType)):
        return True
    return _module_of(cls).startswith(_OWN)


_OPEN_STANDARD = frozenset({"builtins", "collections", "functools", "queue", "types"})


def _is_closed_or_standard(value: Any) -> bool:
    module = type(value).__module__
    if module.partition(".")[0] in sys.stdlib_module_names and module not in _OPEN_STANDARD:
        return True
    return _is_closed(value)


def _module_of(cls: type) -> str:
    module = vars(cls).get("__module__")
    return module if isinstance(module, str) else ""


def _can_change(value: Any) -> bool:
    cls = type(value)
    if issubclass(cls, _CONTAINERS):
        return True
    if attributes_of(value) is None or issubclass(cls, (type, enum.Enum, types.ModuleType)):
        return False
    if cls in (types.FunctionType, types.MethodType) or _module_of(cls).startswith(_OWN):
        return False
    frozen = getattr(vars(cls).get("__dataclass_params__"), "frozen", False)
    return not frozen and _module_of(cls).partition(".")[0] not in sys.stdlib_module_names


def _class_roots(cls: type) -> Iterator[Root]:
    for base in type.mro(cls):
        root = _module_of(base).partition(".")[0]
        if root in sys.stdlib_module_names or root == "smcheck":
            continue
        for label, value, *_ in edges(base):
            if not label.startswith(".__"):
                yield f"class {base.__qualname__}{label}", value


def _globals_of(root: object) -> Iterator[Root]:
    name = _module_of(type(root))
    module = sys.modules.get(name)
    if module is None:
        return
    for label, value, *_ in edges(module):
        if label.startswith(".__") or issubclass(type(value), types.ModuleType):
            continue
        if issubclass(type(value), type):
            if _module_of(value) == name:
                yield from _class_roots(value)
        else:
            yield f"{name.rpartition('.')[2]}{label}", value
