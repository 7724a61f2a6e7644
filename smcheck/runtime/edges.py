"""What an object refers to, each reference with its name and a way to change it.

No code of the object is run: no ``__getattr__``, no property, no ``__eq__``, no ``__repr__``.
Knows objects only.
"""

from __future__ import annotations

import functools
import gc
import types
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from smcheck._types import ids_of, kept_by_type

MISSING = object()
Get = Callable[[Any, Any], Any]
Put = Callable[[Any, Any, Any], None]


class Kind(NamedTuple):
    """How one kind of reference is read and changed, given its owner and its key."""

    get: Get
    put: Put


class Edge(NamedTuple):
    """A reference: ``kind`` is ``None`` where it cannot be changed."""

    label: str
    value: Any
    kind: Kind | None
    owner: Any
    key: Any


def _with(items: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*items[:index], value, *items[index + 1 :])


def _item_at(owner: Any, key: int) -> Any:
    base: Any = deque if issubclass(type(owner), deque) else list
    return base.__getitem__(owner, key) if key < base.__len__(owner) else MISSING


def _put_item_at(owner: Any, key: int, value: Any) -> None:
    base: Any = deque if issubclass(type(owner), deque) else list
    base.__setitem__(owner, key, value)


def _default_at(owner: Any, key: int) -> Any:
    defaults = owner.__defaults__ or ()
    return defaults[key] if key < len(defaults) else MISSING


def _put_default_at(owner: Any, key: int, value: Any) -> None:
    owner.__defaults__ = _with(owner.__defaults__, key, value)


def _part_of(owner: Any, key: int | str | None) -> Any:
    if key is None:
        return owner.func
    return owner.args[key] if isinstance(key, int) else owner.keywords.get(key, MISSING)


def _put_part_of(owner: Any, key: int | str | None, value: Any) -> None:
    func, args, keywords = owner.func, owner.args, owner.keywords
    if key is None:
        func = value
    elif isinstance(key, int):
        args = _with(args, key, value)
    else:
        keywords = {**keywords, key: value}
    owner.__setstate__((func, args, keywords, owner.__dict__ or None))


def _slot(owner: Any, key: Any) -> Any:
    try:
        return key.__get__(owner)
    except AttributeError:
        return MISSING


def _cell(owner: types.CellType, _: object) -> Any:
    try:
        return owner.cell_contents
    except ValueError:
        return MISSING


def _put_cell(owner: types.CellType, _: object, value: Any) -> None:
    owner.cell_contents = value


DICT = Kind(lambda owner, key: dict.get(owner, key, MISSING), dict.__setitem__)
SEQUENCE = Kind(_item_at, _put_item_at)
SLOT = Kind(_slot, lambda owner, key, value: key.__set__(owner, value))
CLASS = Kind(lambda owner, key: vars(owner).get(key, MISSING), type.__setattr__)
CELL = Kind(_cell, _put_cell)
DEFAULT = Kind(_default_at, _put_default_at)
PARTIAL = Kind(_part_of, _put_part_of)

ATOMS = (
    int, float, complex, str, bytes, bytearray, bool, type(None), range, slice, types.CodeType,
    types.BuiltinFunctionType, weakref.ref, weakref.ProxyType, type(Ellipsis), type(NotImplemented),
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FrameType,
    types.TracebackType,
)  # fmt: skip
"""Types without references, or with none that count; compared by the type itself."""
ATOM_IDS = ids_of(ATOMS)
_SKIPPED_ATTRIBUTES = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__traceback__"}
)


def edges(holder: Any) -> Iterator[Edge]:
    """Yield the references that ``holder`` has, in an order that repeats."""
    return _reader_of(type(holder))(holder)


@kept_by_type
def _reader_of(cls: type) -> Callable[[Any], Iterator[Edge]]:
    """Return what yields the references of an instance."""
    if id(cls) in ATOM_IDS and cls is not types.BuiltinFunctionType:
        return _no_edges
    if issubclass(cls, types.ModuleType):
        return _of_module
    if issubclass(cls, type):
        return _of_class
    if cls is types.FunctionType:
        return _of_function
    if cls is types.CellType:
        return _of_cell
    if id(cls) in _WRAPPER_IDS:
        return functools.partial(_of_wrapper, _WRAPPERS[cls])
    contents = next((read for base, read in _CONTAINERS.items() if issubclass(cls, base)), None)
    if contents is not None and id(cls) in _BUILT_IN:
        return contents
    return functools.partial(_of_instance, contents)


def _no_edges(_: Any) -> Iterator[Edge]:
    return iter(())


def _of_module(module: types.ModuleType) -> Iterator[Edge]:
    return _named(vars(module))


def _of_class(cls: type) -> Iterator[Edge]:
    for name, value in list(vars(cls).items()):
        if name not in _SKIPPED_ATTRIBUTES:
            yield Edge(f".{name}", value, CLASS, cls, name)


def _of_cell(cell: types.CellType) -> Iterator[Edge]:
    if (value := _cell(cell, None)) is not MISSING:
        yield Edge("", value, CELL, cell, None)


def _of_wrapper(names: tuple[str, ...], wrapper: Any) -> Iterator[Edge]:
    for name in names:
        yield Edge(f".{name}", getattr(wrapper, name), None, wrapper, name)


_WRAPPERS: dict[type, tuple[str, ...]] = {
    types.MethodType: ("__self__", "__func__"),
    types.BuiltinFunctionType: ("__self__",),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    property: ("fget", "fset", "fdel"),
    memoryview: ("obj",),
}


_WRAPPER_IDS = ids_of(_WRAPPERS)


def _named(attributes: dict[str, Any]) -> Iterator[Edge]:
    for name, value in list(attributes.items()):
        yield Edge(f".{name}", value, DICT, attributes, name)


def has_parts(function: types.FunctionType) -> bool:
    """Return whether a function has any references that ``edges`` would yield."""
    parts = function.__closure__ or function.__defaults__ or function.__kwdefaults__
    return bool(parts or function.__dict__)


def _of_function(function: types.FunctionType) -> Iterator[Edge]:
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        if (value := _cell(cell, None)) is not MISSING:
            yield Edge(f".<closure {name}>", value, CELL, cell, None)
    defaults = function.__defaults__ or ()
    first = code.co_argcount - len(defaults)
    for index, value in enumerate(defaults):
        name = code.co_varnames[first + index] if first >= 0 else str(index)
        yield Edge(f".<default {name}>", value, DEFAULT, function, index)
    keywords = function.__kwdefaults__ or {}
    for name, value in list(keywords.items()):
        yield Edge(f".<default {name}>", value, DICT, keywords, name)
    yield from _named(function.__dict__)


def _of_instance(contents: Callable[[Any], Iterator[Edge]] | None, holder: Any) -> Iterator[Edge]:
    cls = type(holder)
    seen = {id(cls)}
    if contents is not None:
        for edge in contents(holder):
            seen.add(id(edge.value))
            yield edge
    if issubclass(cls, BaseException):
        seen.add(id(holder.args))
        yield Edge(".args", holder.args, None, holder, None)
    attributes = attributes_of(holder)
    if attributes is not None:
        seen.add(id(attributes))
        for edge in _named(attributes):
            seen.add(id(edge.value))
            yield edge
    if contents is _of_partial:
        return
    for name, descriptor in slots_of(cls):
        if (value := _slot(holder, descriptor)) is not MISSING:
            seen.add(id(value))
            # Members of classes written in C may be read-only.
            kind = SLOT if "__slots__" in vars(descriptor.__objclass__) else None
            yield Edge(f".{name}", value, kind, holder, descriptor)
    if contents is not None:
        return
    for value in gc.get_referents(holder):
        if id(value) not in seen and id(type(value)) not in ATOM_IDS:
            yield Edge(f".<{type(value).__name__}>", value, None, holder, None)


def _of_dict(holder: Any) -> Iterator[Edge]:
    for key, value in list(dict.items(holder)):
        yield Edge(f"[{key_text(key)}]", value, DICT, holder, key)
        if id(type(key)) not in ATOM_IDS:
            yield Edge(f".<key {key_text(key)}>", key, None, holder, key)


def _of_list(holder: Any) -> Iterator[Edge]:
    base: Any = deque if issubclass(type(holder), deque) else list
    for index, value in enumerate(list(base.__iter__(holder))):
        yield Edge(f"[{index}]", value, SEQUENCE, holder, index)


def _of_tuple(holder: Any) -> Iterator[Edge]:
    for index, value in enumerate(tuple.__iter__(holder)):
        yield Edge(f"[{index}]", value, None, holder, index)


def _of_set(holder: Any) -> Iterator[Edge]:
    base: Any = set if issubclass(type(holder), set) else frozenset
    for value in list(base.__iter__(holder)):
        yield Edge(f".<member {type(value).__name__}>", value, None, holder, None)


def _of_partial(holder: Any) -> Iterator[Edge]:
    yield Edge(".func", holder.func, PARTIAL, holder, None)
    for index, value in enumerate(holder.args):
        yield Edge(f".args[{index}]", value, PARTIAL, holder, index)
    for name, value in holder.keywords.items():
        yield Edge(f".keywords[{name!r}]", value, PARTIAL, holder, name)


_CONTAINERS: dict[type, Callable[[Any], Iterator[Edge]]] = {
    dict: _of_dict, list: _of_list, deque: _of_list, tuple: _of_tuple, set: _of_set,
    frozenset: _of_set, functools.partial: _of_partial,
}  # fmt: skip
"""What yields the members of a container, or of a partial function, and of subclasses of it."""
_BUILT_IN = ids_of(_CONTAINERS) - {id(functools.partial)}


def attributes_of(holder: Any) -> dict[str, Any] | None:
    """Return the ``__dict__`` of an instance, ``None`` without one."""
    try:
        attributes = object.__getattribute__(holder, "__dict__")
    except (AttributeError, TypeError):
        return None
    return attributes if type(attributes) is dict else None


@kept_by_type
def slots_of(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return the slots of a class and its bases, by name."""
    return tuple(
        (name, value)
        for base in type.mro(cls)
        for name, value in vars(base).items()
        if type(value) is types.MemberDescriptorType and name not in _SKIPPED_ATTRIBUTES
    )


_PLAIN_KEYS = ids_of([int, float, bool, str, bytes, type(None)])


def key_text(key: object) -> str:
    """Return a key as a person writes it, without running its own ``__repr__``."""
    if id(type(key)) in _PLAIN_KEYS:
        text = repr(key)
        return text if len(text) <= 60 else f"{text[:57]}..."
    if type(key) is tuple:
        inside = ", ".join(map(key_text, key))
        return f"({inside},)" if len(key) == 1 else f"({inside})"
    return f"<{type(key).__name__}>"
