"""Tell quickly that there is nothing to replace, as is the case in most programs.

A walk without names and places: whatever looks like a lock, or like an alias of a function that
is replaced, ends it, and the scan that knows them looks for itself.
"""

from __future__ import annotations

import datetime
import gc
import sys
import types
from collections.abc import Iterable, Sequence
from typing import Any

from smcheck.runtime.edges import has_parts
from smcheck.runtime.entering import PLAIN, SKIPPED, SYNCHRONISED, Entering
from smcheck.runtime.stand_ins import LOCK_IDS, UNCHANGED, function_for


def holds_nothing(roots: Sequence[Any], entering: Entering, *, limit: int) -> bool:
    """Return whether nothing that can be reached from ``roots`` needs a replacement.

    Args:
        roots: Where to begin.
        entering: Which objects are entered.
        limit: Objects after which to give up and say no.
    """
    seen = set(map(id, roots))
    if any(_is_of_locks(type(root)) for root in roots):
        return False
    inside = [*roots]
    while inside:
        for value in _held_by(inside.pop()):
            cls, key = type(value), id(value)
            if id(cls) in PLAIN or key in seen:
                continue
            seen.add(key)
            if function_for(value) is not UNCHANGED or id(cls) in LOCK_IDS:
                return False
            if cls is types.BuiltinFunctionType:
                if _is_bound_to_replaced(value.__self__):
                    return False
            elif entering.may_enter(value):
                if _is_of_locks(cls):
                    return False
                inside.append(value)
        if len(seen) > limit:
            return False
    return True


def has_own_globals(function: types.FunctionType) -> bool:
    """Return whether the globals of a function are no module's.

    Such are the methods that attrs generate.
    """
    names = function.__globals__
    home = sys.modules.get(str(names.get("__name__")))
    return home is None or vars(home) is not names


def _held_by(holder: Any) -> Iterable[Any]:
    cls = type(holder)
    if cls is types.FunctionType:
        parts: list[Any] = [holder.__globals__] if has_own_globals(holder) else []
        if has_parts(holder):
            parts += [*(holder.__closure__ or ()), *(holder.__defaults__ or ())]
            parts += [*(holder.__kwdefaults__ or {}).values(), *holder.__dict__.values()]
        return parts
    if issubclass(cls, (type, types.ModuleType)):
        return [value for name, value in vars(holder).items() if name not in SKIPPED]
    return gc.get_referents(holder)


def _is_of_locks(cls: type) -> bool:
    return vars(cls).get("__module__") in SYNCHRONISED


def _is_bound_to_replaced(owner: Any) -> bool:
    is_time = isinstance(owner, type) and issubclass(owner, datetime.datetime)
    return is_time or id(type(owner)) in LOCK_IDS
