"""Which objects a search for locks goes into: the machine's, containers, and what is made of locks.

Runs no code of the objects.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from smcheck._types import ids_of, kept_by_type
from smcheck.runtime.edges import ATOM_IDS, ATOMS

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
PLAIN = ids_of(ATOMS + _DESCRIPTORS) - {id(types.BuiltinFunctionType)}
"""Types of what is neither replaced nor entered."""
SKIPPED = frozenset(
    {
        "__annotations__", "__builtins__", "__dataclass_fields__", "__dataclass_params__",
        "__loader__", "__match_args__", "__slots__", "__spec__",
    }
)  # fmt: skip
"""What modules and classes are described by."""


class Entering:
    """Say which objects are entered.

    Args:
        is_own: Whether the module of a class, by name, is the machine's.
    """

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own

    def may_enter(self, value: Any) -> bool:
        """Return whether what a value refers to is looked at."""
        cls = type(value)
        if id(cls) in ATOM_IDS:
            return False
        if issubclass(cls, types.ModuleType):
            return False
        if issubclass(cls, type):
            return self._is_own(str(vars(value).get("__module__")))
        if cls is types.FunctionType:
            if _root_of(str(value.__globals__.get("__name__"))) in FOREIGN:
                return False
            return _is_entered(value.__module__, cls)
        return _is_instance_entered(cls)


@kept_by_type
def _is_instance_entered(cls: type) -> bool:
    return _is_entered(vars(cls).get("__module__"), cls)


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
