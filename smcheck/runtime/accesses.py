"""What the instruction that a frame is at will touch, for schedulers that ask.

Sound for what the bytecode shows: attributes of plain objects, variables, built-in containers,
modelled locks, calls of the program's own functions, which have points of their own. Everything
else may touch anything.
"""

from __future__ import annotations

import builtins
from ast import literal_eval
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from threading import Condition
from types import (
    CodeType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
)
from typing import Any, NamedTuple

from smcheck._types import ids_of
from smcheck.runtime.behind import ENTRY, Behind, behind
from smcheck.runtime.frames import BOTTOM, MACHINE, Frames
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.origins import origin
from smcheck.runtime.paths import ANY_ITEM, CONSTANT, GLOBAL, MADE, Path, callee, walk
from smcheck.runtime.visible import CALLS, SUBSCRIPT, Step
from smcheck.schedulers.access import ANYTHING, CHANGES, HARMLESS, NOTHING, READS, Access

IsOwn = Callable[[CodeType], bool]

_LIMIT_TABLES = 10_000
MISSING = object()
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
_BESIDE = {
    "BINARY_SUBSCR": (1,), "BINARY_SLICE": (1, 2), "CONTAINS_OP": (2,), "STORE_SUBSCR": (1,),
    "DELETE_SUBSCR": (1,), "STORE_SLICE": (1, 2, 4),
}  # fmt: skip
"""Where keys are, and what else decides, counted in the same way."""
CONTAINERS = ids_of(
    [
        list, dict, set, frozenset, tuple, str, bytes, bytearray, deque, defaultdict,
        OrderedDict, range,
    ]
)  # fmt: skip
READING = frozenset(
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

UNCHANGING = ids_of([int, float, complex, str, bytes, bool, type(None), range])


class Known(NamedTuple):
    """What is known of an instruction before it is come to.

    Attributes:
        how: What has to be looked at then.
        access: What is sure.
        path: Where the object is that it works on.
        others: Where what else it works with is.
    """

    how: str
    access: Access
    path: Path | None = None
    others: tuple[Path | None, ...] = ()


_UNKNOWN = Known("", ANYTHING)
_tables: dict[int, tuple[CodeType, dict[int, Known]]] = {}


class _Due(NamedTuple):
    """What an instruction will touch, and the program's own code that it enters."""

    access: Access
    entered: CodeType | None = None


def access_at(frame: FrameType | None, *, is_own: IsOwn, lock: object = None) -> Access:
    """Return what the instruction that a frame is at will touch.

    Args:
        frame: The program's innermost; without one it may be anything.
        is_own: Says which code has points of its own.
        lock: The modelled lock that it is about to take, if it is.
    """
    if lock is not None:
        return lock_at(frame, lock)
    if frame is None:
        return ANYTHING
    access = _due(frame, is_own).access
    return access._replace(behind=HARMLESS) if access.behind else access


def footprint_at(
    frame: FrameType | None, *, frames: Frames, is_own: IsOwn, lock: object = None
) -> Access:
    """Return the same with all that may run before the next point, every access having one.

    Args:
        frames: Tells which frames are the machine's.
    """
    if frame is None:
        return ANYTHING
    if lock is not None:
        return lock_at(frame, lock)._replace(behind=behind_at(frame, frames=frames))
    due = _due(frame, is_own)
    effect = max(due.access.behind, behind_at(frame, frames=frames, entered=due.entered))
    return due.access._replace(behind=effect)


def behind_at(frame: FrameType, *, frames: Frames, entered: CodeType | None = None) -> int:
    """Return the worst of what may run between the instruction of a frame and the next point.

    Args:
        frames: Tells which frames are the machine's.
        entered: The code that the instruction enters.
    """
    found = behind(*origin(frame.f_code, frame.f_lasti))
    effect = _effect_in(frame, found)
    if entered is not None:
        entry = behind(entered, ENTRY)
        inside = READS if entry.operands else entry.effect
        inside = CHANGES if entry.entered else inside  # its values are not there yet
        effect = max(inside, effect) if entry.leaves else inside
        found = found if entry.leaves else entry
    caller = frame.f_back
    while found.leaves and caller is not None:
        kind = frames.kind_of(caller.f_code)
        if kind == BOTTOM:
            break
        if not kind & MACHINE:
            return CHANGES
        found = behind(*origin(caller.f_code, caller.f_lasti))
        effect = max(effect, _effect_in(caller, found))
        caller = caller.f_back
    return effect


def _effect_in(frame: FrameType, found: Behind) -> int:
    if not all(_has_point(frame, path) for path in found.entered):
        return CHANGES
    if found.effect == HARMLESS and not _are_unchanging(frame, found.operands):
        return READS
    return found.effect


def _due(frame: FrameType, is_own: IsOwn) -> _Due:
    how, access, path, others = known_at(frame)
    if not how:
        return _Due(access)
    if how == "call":
        return _call(frame, path, others, is_own)
    if how == "with":
        return _Due(ANYTHING)
    owner = value_at(frame, path)
    if how == "attr":
        return _Due(_attribute(access, owner))
    if how == "item":
        return _Due(_item(frame, access, owner, others))
    return _Due(access._replace(behind=CHANGES))


def _attribute(access: Access, owner: Any) -> Access:
    # Whose attribute it is, and whether it is a plain one, must be known.
    if owner is MISSING or not is_plain(owner, access.name, method=not access.is_write):
        return ANYTHING
    if access.is_write and access.name.startswith("__"):
        return ANYTHING  # a class or a whole dict, behind which every attribute is another
    return access._replace(owner=id(owner))


def _item(frame: FrameType, access: Access, owner: Any, others: tuple[Path | None, ...]) -> Access:
    if owner is MISSING:
        return access._replace(behind=CHANGES)
    cls = type(owner)
    if id(cls) in UNCHANGING:
        access = access._replace(is_write=False)
    elif id(cls) not in CONTAINERS:
        return access._replace(owner=id(owner), behind=CHANGES)
    effect = HARMLESS if _are_unchanging(frame, others) else READS
    is_write = access.is_write or cls is defaultdict
    return access._replace(owner=id(owner), is_write=is_write, behind=effect)


def _has_point(frame: FrameType, path: Path) -> bool:
    """Return whether a ``with`` passes a point before it enters what is there."""
    entered = [value_at(frame, path)]
    if path[-1] == ANY_ITEM:
        container = value_at(frame, path[:-1])
        entered = [*container] if type(container) in (list, tuple) else entered
    return all(type(one) in (Lock, RLock, Condition) for one in entered)


def _are_unchanging(frame: FrameType, paths: Iterable[Path | None]) -> bool:
    """Return whether all of them are of types that nobody can change."""
    return all(path is not None and _is_unchanging(frame, path) for path in paths)


def _is_unchanging(frame: FrameType, path: Path) -> bool:
    if path[0] == MADE:
        return _are_unchanging(frame, path[1:])
    return path[0] == CONSTANT or id(type(value_at(frame, path))) in UNCHANGING


def lock_at(frame: FrameType | None, lock: object) -> Access:
    """Return the access to a lock that a frame is about to take; its name if it has one."""
    how, _, path, _ = _UNKNOWN if frame is None else known_at(frame)
    if how == "with" and path is not None:
        return Access("lock", str(path[-1]), owner=id(lock))
    if how == "call" and path is not None and len(path) > 1:
        return Access("lock", str(path[-2]), owner=id(lock))
    return Access("lock", owner=id(lock))


def known_at(frame: FrameType) -> Known:
    code, offset = origin(frame.f_code, frame.f_lasti)
    known = _tables.get(id(code))
    if known is None or known[0] is not code:
        if len(_tables) >= _LIMIT_TABLES:
            _tables.clear()
        known = _tables[id(code)] = (code, _table(code))
    return known[1].get(offset, _UNKNOWN)


def _call(
    frame: FrameType, path: Path | None, others: tuple[Path | None, ...], is_own: IsOwn
) -> _Due:
    if path is None:
        return _Due(ANYTHING)
    *before, name = path
    if before:
        owner = value_at(frame, tuple(before))
        if owner is MISSING:
            return _Due(ANYTHING)
        if id(type(owner)) in CONTAINERS:
            effect = HARMLESS if _are_unchanging(frame, others) else READS
            is_write = name not in READING
            return _Due(Access("item", owner=id(owner), is_write=is_write, behind=effect))
        if type(owner) in (Lock, RLock):
            return _Due(Access("lock", str(before[-1]), owner=id(owner)))
        if not is_plain(owner, name, method=True):
            return _Due(ANYTHING)
    called = value_at(frame, path)
    if isinstance(called, MethodType):
        called = called.__func__
    if isinstance(called, type) and called not in _PURE:
        makes: Any = called
        called = makes.__init__ if makes.__new__ is object.__new__ else None
    if isinstance(called, FunctionType):
        code = called.__code__
        return _Due(NOTHING, origin(code, 0)[0]) if is_own(code) else _Due(ANYTHING)
    try:
        is_pure = called in _PURE
    except TypeError:
        is_pure = False
    if not is_pure:
        return _Due(ANYTHING)
    effect = HARMLESS if _are_unchanging(frame, others) else READS
    return _Due(Access("item", is_write=False, behind=effect))


def value_at(frame: FrameType, path: Path | None) -> Any:
    """Return what a path names now, without running anybody's code; ``MISSING`` if unsure."""
    if path is None:
        return MISSING
    first, *names = path
    if first in (CONSTANT, MADE):
        return MISSING
    if first.startswith(GLOBAL):
        name = first.removeprefix(GLOBAL)
        value = frame.f_globals.get(name, frame.f_builtins.get(name, MISSING))
    else:
        value = frame.f_locals.get(first, MISSING)
    for name in names:
        if name == ANY_ITEM:
            return MISSING
        if name.startswith("["):
            value = _item_of(frame, value, name[1:-1])
            continue
        if value is MISSING or not is_plain(value, name, method=True):
            return MISSING
        value = getattr(value, name, MISSING)
    return value


def _item_of(frame: FrameType, container: Any, key: str) -> Any:
    """Return what a subscript would give that runs nobody's code."""
    known: Any = frame.f_locals.get(key, MISSING) if key.isidentifier() else literal_eval(key)
    if type(container) not in (list, tuple, dict) or type(known) not in (int, str):
        return MISSING
    try:
        return container[known]
    except (LookupError, TypeError):
        return MISSING


def is_plain(owner: Any, name: str, *, method: bool = False) -> bool:
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


def _table(code: CodeType) -> dict[int, Known]:
    found: dict[int, Known] = {}
    for step, stack in walk(code):
        known = _known(step, stack)
        if known is not None:
            found[step.offset] = known
    return found


def _known(step: Step, stack: list[Path | None]) -> Known | None:
    name, text = step.name, str(step.value)
    if name in _ATTRIBUTES:
        access = Access("attr", text, is_write=_ATTRIBUTES[name])
        return Known("attr", access, _from_top(stack, 1))
    if name in _VARIABLES:
        kind, is_write = _VARIABLES[name]
        return Known("", Access(kind, text, is_write=is_write))
    if name in CALLS and name != "CALL_FUNCTION_EX":
        others = tuple(_from_top(stack, depth) for depth in range(1, step.arg + 1))
        return Known("call", ANYTHING, callee(step, stack), others)
    if name == "BEFORE_WITH":
        return Known("with", ANYTHING, _from_top(stack, 1))
    if name == "BINARY_OP":
        if step.text != SUBSCRIPT:  # in place: it changes what it works on
            return Known("item", Access("item"), _from_top(stack, 2), (_from_top(stack, 1),))
        name = "BINARY_SUBSCR"
    if name in _ITEMS:
        depth, is_write = _ITEMS[name]
        access = Access("item", is_write=is_write)
        others = tuple(_from_top(stack, at) for at in _BESIDE.get(name, ()))
        return Known("item", access, _from_top(stack, depth), others)
    if name == "FOR_ITER" or "JUMP_BACKWARD" in name:
        return Known("loop", Access("item", is_write=False))
    return None


def _from_top(stack: list[Path | None], depth: int) -> Path | None:
    return stack[-depth] if depth <= len(stack) else None
