"""Write a value in a few words for a reader, without running its code.

Not canonical and not for comparing: ``values.freeze`` is. What does not fit is left out, and
however large a value is, only a little of it is looked at.
"""

from __future__ import annotations

import enum
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import PurePath
from typing import Any

from smcheck._canonical import attributes_of, exception_text
from smcheck._types import ids_of
from smcheck.contract.types import Result

_DEPTH = 4
_ITEMS = 12
_SORTED = 200
"""Members of a set that are sorted for the reader; the order of larger ones is nobody's."""
_PLAIN = ids_of([int, float, complex, bool, type(None)])
_CODE = (
    types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType,
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
)  # fmt: skip
_OURS = ("smcheck.", "threading", "_thread")
"""Modules of classes whose insides say nothing to a reader."""
_HIDDEN = ("smcheck.runtime", "threading", "_thread")
_TOLD = frozenset({"Entry", "Result", "SnapshotFile"})
_LIMIT_INT = 1 << 256
_NAME: Callable[[type], str] = type.__dict__["__name__"].__get__


def _module(cls: type) -> str:
    return str(type.__getattribute__(cls, "__module__"))


def brief(value: object, *, limit: int = 120) -> str:
    """Return at most ``limit`` characters that say what ``value`` is now.

    >>> brief({"pear": [1, 2], "fig": {3, 1}}), brief("x" * 50, limit=9)
    ("{'pear': [1, 2], 'fig': {1, 3}}", "'xxxxxxx…")
    """
    text = _text(value, _DEPTH, limit)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_code(value: object) -> bool:
    """Return whether a value is a function, a class or a module: part of the program."""
    cls: type = type(value)
    return issubclass(cls, (type, types.ModuleType)) or issubclass(cls, _CODE)


def is_hidden(value: object) -> bool:
    """Return whether a value is a lock, a path or their like: its insides say nothing."""
    return _module(type(value)).startswith(_HIDDEN) or issubclass(type(value), PurePath)


def state_of(machine: object, *, limit: int = 240) -> str:
    """Return what an object keeps in its attributes, those that nobody reads left out."""
    return _join(_attributes(machine, _DEPTH, limit), limit)


def _text(value: Any, depth: int, limit: int) -> str:
    cls: type = type(value)
    if id(cls) in _PLAIN:
        return repr(value) if cls is not int or abs(value) < _LIMIT_INT else "<a large int>"
    if cls in (str, bytes, bytearray):
        return repr(value[:limit])
    if is_code(value):
        return f"<{_NAME(value) if isinstance(value, type) else value.__name__}>"
    if issubclass(cls, enum.Enum):
        return f"{_NAME(cls)}.{attributes_of(value).get('_name_')}"
    if issubclass(cls, BaseException):
        return exception_text(value).removeprefix("raise ")
    for base, show in _CONTAINERS:
        if issubclass(cls, base):
            return "…" if depth == 0 else show(value, depth - 1, limit)
    return _object(value, depth, limit)


def _object(value: Any, depth: int, limit: int) -> str:
    name, module = _NAME(type(value)), _module(type(value))
    if depth == 0 or is_hidden(value) or (module.startswith(_OURS) and name not in _TOLD):
        return name
    return f"{name}({_join(_attributes(value, depth - 1, limit), limit)})"


def _attributes(value: object, depth: int, limit: int) -> Iterator[str]:
    for name, attribute in attributes_of(value).items():
        if not is_code(attribute) and not is_hidden(attribute):
            yield f"{name.lstrip('_') or name}={_text(attribute, depth, limit)}"


def _mapping(value: Any, depth: int, limit: int) -> str:
    items = (
        f"{_text(key, depth, limit)}: {_text(item, depth, limit)}"
        for key, item in list(dict.items(value))[:_ITEMS]
    )
    return _closed("{", items, "}", len_of=dict.__len__(value), limit=limit)


def _sequence(opens: str, closes: str, base: Any) -> Callable[[Any, int, int], str]:
    def show(value: Any, depth: int, limit: int) -> str:
        items = (_text(item, depth, limit) for item in islice(base.__iter__(value), _ITEMS))
        return _closed(opens, items, closes, len_of=base.__len__(value), limit=limit)

    return show


def _set(value: Any, depth: int, limit: int) -> str:
    base: Any = set if issubclass(type(value), set) else frozenset
    size = base.__len__(value)
    if size > _SORTED:
        return f"{{{size:,} members}}"
    texts = sorted(_text(item, depth, limit) for item in base.__iter__(value))
    return _closed("{", texts[:_ITEMS], "}", len_of=size, limit=limit) if size else "set()"


def _closed(opens: str, items: Iterable[str], closes: str, *, len_of: int, limit: int) -> str:
    more = f", … {len_of:,} in all" if len_of > _ITEMS else ""
    comma = "," if opens == "(" and len_of == 1 else ""
    return f"{opens}{_join(items, limit)}{comma}{more}{closes}"


def _join(items: Iterable[str], limit: int) -> str:
    """Join items until there are enough of them for ``limit`` characters."""
    found: list[str] = []
    length = 0
    for item in items:
        found.append(item)
        length += len(item)
        if length > limit:
            break
    return ", ".join(found)


def _result(value: Any, depth: int, limit: int) -> str:
    number, data = tuple.__iter__(value)
    shown = f", {_text(data, depth, limit)}" if data else ""
    return f"Result({_text(number, depth, limit)}{shown})"


_CONTAINERS: tuple[tuple[type, Callable[[Any, int, int], str]], ...] = (
    (dict, _mapping), (Result, _result), (list, _sequence("[", "]", list)),
    (tuple, _sequence("(", ")", tuple)),
    (deque, _sequence("[", "]", deque)), (set, _set), (frozenset, _set),
    (str, lambda value, depth, limit: repr(str.__str__(value)[:limit])),
    (bytes, lambda value, depth, limit: repr(bytes.__getitem__(value, slice(limit)))),
    (memoryview, lambda value, depth, limit: repr(bytes(value[:limit]))),
    (int, lambda value, depth, limit: _text(int.__index__(value), depth, limit)),
)  # fmt: skip
