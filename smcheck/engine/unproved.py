"""Why nothing can be proved of a program: what in its code goes past the points.

A proof says that every schedule was walked. Where code reaches shared state by ways that have no
point, or runs where nobody may switch, there are schedules that no walk comes to.
"""

from __future__ import annotations

import weakref
from types import CodeType, FunctionType

from smcheck.runtime.traced import Traced, with_nested
from smcheck.runtime.visible import MUTED_NAMES

_BY_OTHER_WAYS = frozenset(
    {"exec", "eval", "globals", "vars", "setattr", "delattr", "__dict__", "builtins"}
)
"""Names under which variables and attributes are reached without being named themselves."""


def unproved(traced: Traced) -> str:
    """Return what stands against a proof and where it is, empty if nothing is known to."""
    for function in traced.functions():
        if function.__code__.co_name == "<module>":
            continue  # what Python itself runs a script by
        for code in with_nested(function.__code__):
            why = _in_code(code, function)
            if why:
                return f"{code.co_qualname}, line {code.co_firstlineno}: {why}"
    return ""


def _in_code(code: CodeType, function: FunctionType) -> str:
    if code.co_filename.startswith("<"):
        return ""  # generated, such as the __repr__ of a data class
    if code.co_name in MUTED_NAMES:
        return f"there are no switches inside {code.co_name}"
    for name in code.co_names:
        if name in _BY_OTHER_WAYS:
            return f"{name} reaches variables and attributes by another way"
        value = function.__globals__.get(name)
        if value is weakref or getattr(value, "__module__", None) in ("weakref", "_weakref"):
            return "what is done when the last reference goes away is not switched"
    return ""
