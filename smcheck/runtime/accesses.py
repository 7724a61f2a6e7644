"""What the instruction that a frame is at will touch, for schedulers that ask.

Sound for what the bytecode shows: attributes of plain objects, variables, built-in containers,
modelled locks, calls of the program's own functions, which have points of their own. Everything
else may touch anything.
"""

from __future__ import annotations

import builtins
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import (
    CodeType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
)
from typing import Any

from smcheck._types import ids_of
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.origins import origin
from smcheck.runtime.paths import GLOBAL, Path, callee, walk
from smcheck.runtime.visible import CALLS, SUBSCRIPT, Step
from smcheck.schedulers.access import ANYTHING, NOTHING, Access

IsOwn = Callable[[CodeType], bool]

_LIMIT_TABLES = 10_000
_MISSING = object()
_PLAIN = (MemberDescriptorType, GetSetDescriptorType)
_VARIABLES = {
    "LOAD_GLOBAL": ("global", False), "STORE_GLOBAL": ("global", True),
    "DELETE_GLOBAL": ("global", True), "LOAD_DEREF": ("cell", False),
    "STORE_DEREF": ("cell", True), "DELETE_DEREF": ("cell", True),
    "LOAD_CLASSDEREF": ("cell", False),
}  # fmt: skip
_ATTRIBUTES = {"LOAD_ATTR": False, "LOAD_METHOD": False, "STORE_ATTR": True, "DELETE_ATTR": True}
_ITEMS = {
    "BINARY_SUBSCR": (2, False), "BINARY_SLICE": (3, False), "CONTAINS_OP": (1, False),
    "STORE_SUBSCR": (2, True), "DELETE_SUBSCR": (2, True), "STORE_SLICE": (3, True),
    "GET_ITER": (1, False), "UNPACK_SEQUENCE": (1, False), "UNPACK_EX": (1, False),
    "LIST_EXTEND": (1, False), "SET_UPDATE": (1, False), "DICT_UPDATE": (1, False),
}  # fmt: skip
"""Where the container is, counted from the top of the stack, and whether it is changed."""
_CONTAINERS = ids_of(
    [
        list, dict, set, frozenset, tuple, str, bytes, bytearray, deque, defaultdict,
        OrderedDict, range,
    ]
)  # fmt: skip
_READS = frozenset(
    {
        "get", "keys", "values", "items", "copy", "count", "index", "find", "startswith", "join",
        "split", "encode", "decode", "format", "union", "difference", "intersection", "isdisjoint",
        "issubset", "issuperset", "strip", "endswith", "lower", "upper",
    }
)  # fmt: skip
_PURE = frozenset(
    getattr(builtins, name)
    for name in (
        "abs", "bool", "bytes", "chr", "dict", "divmod", "enumerate", "float", "frozenset", "id",
        "int", "isinstance", "issubclass", "len", "list", "max", "min", "ord", "range", "repr",
        "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type", "zip",
    )
)  # fmt: skip

_Known = tuple[str, Access, Path | None]
"""What has to be looked at when it comes to it, what is known before, and where it is."""
_UNKNOWN: _Known = ("", ANYTHING, None)
_tables: dict[int, tuple[CodeType, dict[int, _Known]]] = {}


def access_at(frame: FrameType, *, is_own: IsOwn) -> Access:
    """Return what the instruction that a frame is at will touch.

    Args:
        is_own: Says which code has points of its own.
    """
    how, access, path = _known_at(frame)
    if not how:
        return access
    if how == "call":
        return _call(frame, path, is_own)
    if how == "with":
        return ANYTHING
    owner = _value(frame, path)
    if how == "attr":
        # Whose attribute it is, and whether it is a plain one, must be known.
        is_plain = owner is not _MISSING and _is_plain(
            owner, access.name, method=not access.is_write
        )
        if access.is_write and access.name.startswith("__"):
            return ANYTHING  # a class or a whole dict, behind which every attribute is another
        return access._replace(owner=id(owner)) if is_plain else ANYTHING
    return access if owner is _MISSING else access._replace(owner=id(owner))


def lock_at(frame: FrameType | None, lock: object) -> Access:
    """Return the access to a lock that a frame is about to take; its name if it has one."""
    how, _, path = _UNKNOWN if frame is None else _known_at(frame)
    if how == "with" and path is not None:
        return Access("lock", path[-1], owner=id(lock))
    if how == "call" and path is not None and len(path) > 1:
        return Access("lock", path[-2], owner=id(lock))
    return Access("lock", owner=id(lock))


def _known_at(frame: FrameType) -> _Known:
    code, offset = origin(frame.f_code, frame.f_lasti)
    known = _tables.get(id(code))
    if known is None or known[0] is not code:
        if len(_tables) >= _LIMIT_TABLES:
            _tables.clear()
        known = _tables[id(code)] = (code, _table(code))
    return known[1].get(offset, _UNKNOWN)


def _call(frame: FrameType, path: Path | None, is_own: IsOwn) -> Access:
    if path is None:
        return ANYTHING
    *before, name = path
    if before:
        owner = _value(frame, tuple(before))
        if owner is _MISSING:
            return ANYTHING
        if id(type(owner)) in _CONTAINERS:
            return Access("item", owner=id(owner), is_write=name not in _READS)
        if type(owner) in (Lock, RLock):
            return Access("lock", before[-1], owner=id(owner))
        if not _is_plain(owner, name, method=True):
            return ANYTHING
    called = _value(frame, path)
    if isinstance(called, MethodType):
        called = called.__func__
    if isinstance(called, type) and called not in _PURE:
        makes: Any = called
        called = makes.__init__ if makes.__new__ is object.__new__ else None
    if isinstance(called, FunctionType):
        return NOTHING if is_own(called.__code__) else ANYTHING
    try:
        return Access("item", is_write=False) if called in _PURE else ANYTHING
    except TypeError:
        return ANYTHING


def _value(frame: FrameType, path: Path | None) -> Any:
    """Return what a path names now, without running anybody's code; ``_MISSING`` if unsure."""
    if path is None:
        return _MISSING
    first, *names = path
    if first.startswith(GLOBAL):
        name = first.removeprefix(GLOBAL)
        value = frame.f_globals.get(name, frame.f_builtins.get(name, _MISSING))
    else:
        value = frame.f_locals.get(first, _MISSING)
    for name in names:
        if value is _MISSING or not _is_plain(value, name, method=True):
            return _MISSING
        value = getattr(value, name, _MISSING)
    return value


def _is_plain(owner: Any, name: str, *, method: bool = False) -> bool:
    """Return whether getting and setting an attribute runs no code of anybody's."""
    cls: Any = type(owner)
    if isinstance(owner, type):
        return False
    if cls.__getattribute__ is not object.__getattribute__ or hasattr(cls, "__getattr__"):
        return False
    if cls.__setattr__ is not object.__setattr__ or cls.__delattr__ is not object.__delattr__:
        return False
    for base in cls.__mro__:
        if name in vars(base):
            found = vars(base)[name]
            if method and isinstance(found, FunctionType):
                return True
            return isinstance(found, _PLAIN) or not hasattr(type(found), "__get__")
    return True


def _table(code: CodeType) -> dict[int, _Known]:
    found: dict[int, _Known] = {}
    for step, stack in walk(code):
        known = _known(step, stack)
        if known is not None:
            found[step.offset] = known
    return found


def _known(step: Step, stack: list[Path | None]) -> _Known | None:
    name, text = step.name, str(step.value)
    if name in _ATTRIBUTES:
        return "attr", Access("attr", text, is_write=_ATTRIBUTES[name]), _from_top(stack, 1)
    if name in _VARIABLES:
        kind, is_write = _VARIABLES[name]
        return "", Access(kind, text, is_write=is_write), None
    if name in CALLS and name != "CALL_FUNCTION_EX":
        return "call", ANYTHING, callee(step, stack)
    if name == "BEFORE_WITH":
        return "with", ANYTHING, _from_top(stack, 1)
    if name == "BINARY_OP":
        if step.text != SUBSCRIPT:
            return "", Access("item"), None  # in place: it changes what it works on
        name = "BINARY_SUBSCR"
    if name in _ITEMS:
        depth, is_write = _ITEMS[name]
        return "item", Access("item", is_write=is_write), _from_top(stack, depth)
    if name == "FOR_ITER" or "JUMP_BACKWARD" in name:
        return "", Access("item", is_write=False), None
    return None


def _from_top(stack: list[Path | None], depth: int) -> Path | None:
    return stack[-depth] if depth <= len(stack) else None
