"""Tell answers that may change after they were given from those that cannot."""

from __future__ import annotations

import dataclasses
from array import array
from collections import deque
from types import MappingProxyType, SimpleNamespace
from typing import Any

_EMPTY: dict[str, int] = {}
_VIEWS = (
    type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items()), MappingProxyType, memoryview
)  # fmt: skip
_MUTABLE = (list, dict, set, bytearray, array, deque, SimpleNamespace, *_VIEWS)


def may_change(answer: object) -> bool:
    """Return whether an answer can change after it was given, or has a part that can.

    Looks at containers of the standard library and at data classes. Any other object is taken
    for a value of its own: what it remembers besides need not be for the caller. Runs no code
    of an answer's class.

    >>> may_change(("total", 3)), may_change(("total", [1, 2])), may_change({}.keys())
    (False, True, True)
    """
    left: list[Any] = [answer]
    seen: set[int] = set()
    while left:
        value = left.pop()
        if issubclass(type(value), _MUTABLE) or _is_loose(type(value)):
            return True
        if issubclass(type(value), tuple) and id(value) not in seen:
            seen.add(id(value))
            left += tuple.__iter__(value)
    return False


def _is_loose(cls: type) -> bool:
    """Whether values are of a data class that is not frozen."""
    params = getattr(cls, "__dataclass_params__", None)
    return dataclasses.is_dataclass(cls) and not getattr(params, "frozen", True)
