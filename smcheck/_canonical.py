"""Write any value as canonical text, without running its code. The door is ``values.py``.

No ``repr``, ``==`` or ``hash`` of the value's class, no property, no iterator of its own, and
no recursion: what a class keeps in attributes is read past the class, and built-in containers
are read with the methods of the built-in.
"""

from __future__ import annotations

import array
import datetime
import decimal
import enum
import gc
import pathlib
import re
import types
import zoneinfo
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smcheck._plain import is_plain
from smcheck._types import ids_of

LIMIT_NODES = 300_000
"""Containers seen in one call; later ones are cut, because shared ones can unfold for ever."""

_BIG = 1 << 2000
"""Beyond it an interpreter may refuse to print an int in decimal."""

_CYCLE = "<cycle {}>"
"""An outer value again, so many levels up."""

_REPR = ids_of([str, bytes, bool, float, type(None), complex])
"""Exact types, besides int, whose own text is canonical and runs nobody's code."""


_SIMPLE = _REPR | {id(int)}


def write(value: object) -> tuple[str, str]:
    """Return the text of ``value``, and the text with the order of sequences forgotten."""
    found = _shape(value)
    if isinstance(found, str):
        return found, found
    found.key = id(value)
    stack, above, seen = [found], {found.key: 0}, 0
    while True:
        node = stack[-1]
        for part in node.rest:
            level = above.get(id(part))
            shape = _shape(part) if level is None else _CYCLE.format(len(stack) - level)
            if isinstance(shape, _Node):
                seen += 1
                if seen > LIMIT_NODES:
                    node.take("<cut>", "<cut>")
                    continue
                shape.key = id(part)
                above[shape.key] = len(stack)
                stack.append(shape)
                break
            node.take(shape, shape)
        else:
            text, loose = node.put_together()
            del above[node.key]
            stack.pop()
            if not stack:
                return text, loose
            stack[-1].take(text, loose)


def exception_text(error: BaseException) -> str:
    """Return that an exception came, of its type, with the arguments that are plain and portable.

    An exception that is handed over as a value is told apart: nothing was raised.
    """
    return f"raise {_exception(error)}"


def _exception(error: BaseException) -> str:
    if issubclass(type(error), RecursionError):
        # What the interpreter says depends on the call that was one too many.
        return f"{type_name(error)}(…)"
    return f"{type_name(error)}({', '.join(map(_argument, _ARGS(error)))})"


def _argument(arg: object) -> str:
    return "…" if not is_plain(arg) or any(map(_is_local, _strings(arg))) else write(arg)[0]


def _is_local(text: str) -> bool:
    """Return whether a text may carry an address or a path."""
    return "0x" in text or "/" in text or "\\" in text


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        yield from _strings([*value.keys(), *value.values()])


def type_name(value: object) -> str:
    """Return the qualified name of a value's type, past what a metaclass says."""
    return _QUALNAME(type(value))


def attributes_of(value: object) -> dict[str, object]:
    """Return the instance attributes of ``value``, from its dict and slots.

    Reads no property and calls no code of the value's class.
    """
    found: dict[str, object] = {}
    for base in _MRO(type(value)):
        names = _NAMESPACE(base)
        holder: Any = names.get("__dict__")
        # A namespace, for one, has its attributes at a fixed place, as slots are.
        if type(holder) in (types.GetSetDescriptorType, types.MemberDescriptorType):
            own = holder.__get__(value)
            if issubclass(type(own), dict):
                found.update((k, v) for k, v in dict.items(own) if type(k) is str)
        if "__slots__" in names:
            for name, member in names.items():
                if type(member) is types.MemberDescriptorType:
                    try:
                        found[name] = member.__get__(value)
                    except AttributeError:  # an empty slot
                        continue
    return found


_QUALNAME: Callable[[type], str] = vars(type)["__qualname__"].__get__
_MRO: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
_NAMESPACE: Callable[[type], types.MappingProxyType[str, Any]] = vars(type)["__dict__"].__get__
_ARGS: Callable[[BaseException], tuple[object, ...]] = vars(BaseException)["args"].__get__


class _Node:
    """A value with parts while it is written.

    ``labels`` name the parts, ``pairs`` takes them two by two, ``ordered`` keeps their order;
    otherwise they are sorted by their texts. ``key`` tells cycles.
    """

    __slots__ = ("close", "key", "labels", "loose", "open", "ordered", "pairs", "rest", "texts")

    def __init__(
        self,
        opening: str,
        parts: Sequence[object],
        closing: str,
        *,
        ordered: bool = False,
        pairs: bool = False,
        labels: Sequence[str] = (),
    ) -> None:
        self.open, self.close = opening, closing
        self.ordered, self.pairs, self.labels = ordered, pairs, labels
        self.key = 0
        self.texts: list[str] = _simple_texts(parts)
        self.rest: Iterator[object] = iter(() if self.texts else parts)
        self.loose = self.texts  # one list until a part shows a difference

    def take(self, text: str, loose: str) -> None:
        """Add the texts of the next part."""
        if self.loose is self.texts and text != loose:
            self.loose = list(self.texts)
        self.texts.append(text)
        if self.loose is not self.texts:
            self.loose.append(loose)

    def put_together(self) -> tuple[str, str]:
        """Return both texts of the whole."""
        text = self._join(self.texts, keep_order=True)
        if not self.ordered and self.loose is self.texts:
            return text, text
        return text, self._join(self.loose, keep_order=False)

    def _join(self, texts: list[str], *, keep_order: bool) -> str:
        if self.labels:
            texts = [label + text for label, text in zip(self.labels, texts, strict=True)]
        elif self.pairs:
            rest = iter(texts)
            texts = sorted([f"{key}: {item}" for key, item in zip(rest, rest, strict=True)])
        elif not (self.ordered and keep_order):
            texts = sorted(texts)
        return f"{self.open}{', '.join(texts)}{self.close}"


def _simple_texts(parts: Sequence[object]) -> list[str]:
    """Return the texts of parts that are all simple, the common case, else nothing."""
    kinds = set(map(id, map(type, parts)))
    if not kinds <= _SIMPLE or (id(int) in kinds and not all(map(_is_printable, parts))):
        return []
    return list(map(repr, parts))


def _is_printable(value: object) -> bool:
    return type(value) is not int or -_BIG < value < _BIG


_RUNTIME = "smcheck.runtime."


class _Written(str):
    """A part that is text already."""

    __slots__ = ()


def _shape(value: object) -> str | _Node:
    """Return the text of a value without parts, else how its parts are put together."""
    kind = type(value)
    if kind is int:
        return repr(value) if -_BIG < value < _BIG else hex(value)  # type: ignore[operator,arg-type]  # an int
    if id(kind) in _REPR:
        return repr(value)
    known = _EXACT.get(id(kind))
    if known is not None:
        return known(value)
    for base, write_whole in _WHOLE:
        if issubclass(kind, base):
            return write_whole(value)
    for base, write_part in _BASES:
        if issubclass(kind, base):
            return _named(value, write_part(value))
    return _object(value)


def _object(value: object) -> str | _Node:
    name, attributes = type_name(value), attributes_of(value)
    # A modelled lock knows the tasks of its execution: nothing of that is the machine's.
    if not attributes or _NAMESPACE(type(value)).get("__module__", "").startswith(_RUNTIME):
        return f"<{name}>"
    names = sorted(attributes)
    labels = [f"{key}=" for key in names]
    return _Node(f"{name}(", [attributes[key] for key in names], ")", labels=labels)


def _named(value: object, content: str | _Node) -> str | _Node:
    """Put the type's name, and attributes of a subclass, around what the built-in part holds."""
    name, attributes = type_name(value), attributes_of(value)
    if attributes:
        names = sorted(attributes)
        inner = _Written(content) if isinstance(content, str) else content
        labels = ["", *[f"{key}=" for key in names]]
        parts = [inner, *[attributes[key] for key in names]]
        return _Node(f"{name}(", parts, ")", labels=labels)
    if isinstance(content, str):
        return f"{name}({content})"
    content.open = name + content.open
    return content


def _list(value: Any) -> _Node:
    return _Node("[", list(list.__iter__(value)), "]", ordered=True)


def _tuple(value: Any) -> _Node:
    items = tuple(tuple.__iter__(value))
    return _Node("(", items, ",)" if len(items) == 1 else ")", ordered=True)


def _dict(value: Any) -> _Node:
    items = OrderedDict.items(value) if issubclass(type(value), OrderedDict) else dict.items(value)
    return _Node("{", [part for pair in items for part in pair], "}", pairs=True)


def _set(value: Any) -> _Node:
    return _Node("{", list(set.__iter__(value)), "}")


def _frozenset(value: Any) -> _Node:
    return _Node("{", list(frozenset.__iter__(value)), "}")


def _deque(value: Any) -> _Node:
    return _Node("[", list(deque.__iter__(value)), "]", ordered=True)


def _enum(value: Any) -> str | _Node:
    attributes = attributes_of(value)
    name = attributes.get("_name_")
    if type(name) is str:
        return f"{type_name(value)}.{name}"
    return _Node(f"{type_name(value)}(", [attributes.get("_value_")], ")")


def _path(value: Any) -> str:
    return f"{type_name(value)}({pathlib.PurePath.__str__(value)!r})"


def _memoryview(value: Any) -> str:
    try:
        content = value.tobytes()
    except ValueError:
        return "memoryview(<released>)"
    form = "" if value.format == "B" and value.ndim == 1 else f", {value.format!r}, {value.shape}"
    return f"memoryview({content!r}{form})"


def _array(value: Any) -> str:
    return f"{array.array.tobytes(value)!r}"


def _fields(base: type, *names: str) -> Callable[[Any], _Node]:
    """Write a value by members that the interpreter itself keeps in it."""
    readers = [getattr(base, name).__get__ for name in names]
    labels = [""] * len(names)
    return lambda value: _Node("(", [read(value) for read in readers], ")", labels=labels)


def _referent(value: object) -> object:
    """Return what a proxy or a view of the interpreter stands for, past its methods."""
    return next(iter(gc.get_referents(value)), None)


def _keys(value: Any) -> _Node:
    mapping: Any = _referent(value)
    return _Node("{", list(dict.__iter__(mapping)), "}")


def _values(value: Any) -> _Node:
    mapping: Any = _referent(value)
    return _Node("[", [item for _, item in dict.items(mapping)], "]", ordered=True)


def _items(value: Any) -> _Node:
    return _dict(_referent(value))


def _exactly(write_part: Callable[[Any], str | _Node]) -> Callable[[Any], str | _Node]:
    return lambda value: _named(value, write_part(value))


def _types(*values: object) -> list[type]:
    return list(map(type, values))


_DATE = ("year", "month", "day")
_TIME = ("hour", "minute", "second", "microsecond", "fold", "tzinfo")

_BY_TYPE: dict[type, Callable[[Any], str | _Node]] = {
    _Node: lambda value: value,
    _Written: str,
    list: _list,
    tuple: _tuple,
    dict: _dict,
    set: lambda value: _set(value) if value else "set()",
    memoryview: _memoryview,
    types.FunctionType: lambda value: f"<function {value.__qualname__}>",
    types.ModuleType: lambda value: "<module>",
    types.MappingProxyType: lambda value: _Node("mappingproxy(", [_referent(value)], ")"),
    type(...): repr,
    type(NotImplemented): repr,
    datetime.timezone: repr,
    zoneinfo.ZoneInfo: lambda value: f"ZoneInfo({value.key!r})",
    range: _exactly(_fields(range, "start", "stop", "step")),
    slice: _exactly(_fields(slice, "start", "stop", "step")),
    re.Pattern: repr,
    **{kind: _exactly(_keys) for kind in _types({}.keys(), OrderedDict().keys())},
    **{kind: _exactly(_values) for kind in _types({}.values(), OrderedDict().values())},
    **{kind: _exactly(_items) for kind in _types({}.items(), OrderedDict().items())},
}
"""How to write values of exactly these types."""
_EXACT = {id(kind): write_whole for kind, write_whole in _BY_TYPE.items()}

_WHOLE: tuple[tuple[type, Callable[[Any], str | _Node]], ...] = (
    (enum.Enum, _enum),
    (BaseException, lambda error: _exception(error)),
    (type, lambda value: f"<class {_QUALNAME(value)}>"),
    (pathlib.PurePath, _path),
)
"""How to write values of these types and of classes made from them, attributes left out."""

_BASES: tuple[tuple[type, Callable[[Any], str | _Node]], ...] = (
    (int, lambda value: _shape(int.__index__(value))),
    (float, float.__repr__),
    (str, str.__repr__),
    (bytes, bytes.__repr__),
    (complex, complex.__repr__),
    (bytearray, lambda value: repr(bytes(bytearray.__getitem__(value, slice(None))))),
    (list, _list),
    (tuple, _tuple),
    (dict, _dict),
    (set, _set),
    (frozenset, _frozenset),
    (deque, _deque),
    (array.array, _array),
    (decimal.Decimal, decimal.Decimal.__repr__),
    (datetime.datetime, _fields(datetime.datetime, *_DATE, *_TIME)),
    (datetime.date, _fields(datetime.date, *_DATE)),
    (datetime.time, _fields(datetime.time, *_TIME)),
    (datetime.timedelta, _fields(datetime.timedelta, "days", "seconds", "microseconds")),
)
"""How to write the built-in part of values of these types and of classes made from them."""
