"""Compare and carry values: one canonical text for equality, tagged JSON for files and pipes.

Two values are equal for the contract exactly when their texts are (CONTRACT A5): types count,
NaN equals NaN, ``-0.0`` differs from ``0.0``, sets and mappings have no order.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import fractions
import math
import pathlib
import uuid
from collections import deque
from collections.abc import ItemsView, Iterable, KeysView, Mapping, Set, ValuesView
from typing import NamedTuple

from smcheck.errors import UsageError

_LIMIT_DEPTH = 60
_BY_REPR = (
    decimal.Decimal, fractions.Fraction, uuid.UUID, pathlib.PurePath, range, complex,
    datetime.date, datetime.time, datetime.timedelta, datetime.timezone, type(...),
)  # fmt: skip


class Frozen(NamedTuple):
    """A value as it was at one moment.

    Attributes:
        text: Canonical; equal texts mean equal values.
        loose: The same with the order of every sequence forgotten.
    """

    text: str
    loose: str


def freeze(value: object) -> Frozen:
    """Return the canonical texts of ``value`` now; later changes to it do not show.

    Never runs ``__repr__`` or ``__eq__`` of the value's own class, never consumes an iterator.

    >>> freeze({"b": [1, 2.0], "a": {3, 1}}).text
    "{'a': {1, 3}, 'b': [1, 2.0]}"
    >>> freeze([2, 1]).loose == freeze([1, 2]).loose
    True
    """
    kind = type(value)
    if kind in (int, str, bytes, bool, float) or value is None:
        text = repr(value)
        return Frozen(text, text)
    return Frozen(_text(value, (), True), _text(value, (), False))


def freeze_exception(error: BaseException) -> Frozen:
    """Return the canonical text of an exception: its type, and arguments that are plain.

    Strings that look like they carry an address or a path are left out (CONTRACT A4).
    """
    args = ", ".join(_argument(arg) for arg in error.args)
    text = f"raise {type(error).__qualname__}({args})"
    return Frozen(text, text)


def _argument(arg: object) -> str:
    if isinstance(arg, str) and any(mark in arg for mark in ("0x", "/", "\\")):
        return "…"
    plain = type(arg) in (int, str, bytes, bool, float) or arg is None
    return repr(arg) if plain else "…"


def _text(value: object, above: tuple[int, ...], ordered: bool) -> str:
    kind = type(value)
    if kind in (int, str, bytes, bool, float) or value is None:
        return repr(value)
    if id(value) in above or len(above) > _LIMIT_DEPTH:
        return "<cycle>"
    above = (*above, id(value))

    def each(items: Iterable[object], sort: bool) -> str:
        texts = [_text(item, above, ordered) for item in items]
        return ", ".join(sorted(texts) if sort else texts)

    name = kind.__qualname__
    if isinstance(value, enum.Enum):
        return f"{name}.{value.name}"
    if isinstance(value, _BY_REPR) and kind.__module__ in _TRUSTED:
        return repr(value)
    if isinstance(value, (int, float, str)):
        base = next(b for b in (int, float, str) if isinstance(value, b))
        return f"{name}({base.__repr__(value)})"  # type: ignore[arg-type]  # base was just tested
    if isinstance(value, (bytes, bytearray)):
        return f"{name}({bytes(value)!r})"
    if isinstance(value, memoryview):
        return f"memoryview({_view_bytes(value)!r})"
    if isinstance(value, list):
        return f"[{each(value, not ordered)}]" if kind is list else f"{name}[{each(value, not ordered)}]"
    if isinstance(value, tuple):
        return f"({each(value, not ordered)},)" if kind is tuple else f"{name}({each(value, not ordered)})"
    if isinstance(value, (dict, Mapping)) and _is_builtin(kind):
        pairs = [f"{_text(k, above, ordered)}: {_text(v, above, ordered)}" for k, v in dict.items(value)] if isinstance(value, dict) else [
            f"{_text(k, above, ordered)}: {_text(v, above, ordered)}" for k, v in value.items()]
        body = ", ".join(sorted(pairs))
        return f"{{{body}}}" if kind is dict else f"{name}{{{body}}}"
    if isinstance(value, (set, frozenset, KeysView, ItemsView)) or (isinstance(value, Set) and _is_builtin(kind)):
        return f"{'' if kind is set else name}{{{each(value, True)}}}"
    if isinstance(value, ValuesView):
        return f"{name}[{each(value, not ordered)}]"
    if isinstance(value, deque):
        return f"{name}[{each(value, not ordered)}]"
    return _object_text(value, above, ordered)


_TRUSTED = frozenset({"builtins", "decimal", "_decimal", "_pydecimal", "fractions", "uuid", "datetime", "_pydatetime", "pathlib", "pathlib._local"})


def _is_builtin(kind: type) -> bool:
    return kind.__module__ in ("builtins", "collections") or any(
        base in kind.__mro__ for base in (dict, set, frozenset)
    )


def _view_bytes(view: memoryview) -> bytes:
    try:
        return view.tobytes()
    except ValueError:  # released
        return b"<released>"


def _object_text(value: object, above: tuple[int, ...], ordered: bool) -> str:
    kind = type(value)
    if isinstance(value, BaseException):
        return freeze_exception(value).text
    if isinstance(value, type) or callable(value):
        return f"<{getattr(value, '__qualname__', kind.__qualname__)}>"
    attributes = attributes_of(value)
    if not attributes:
        return f"<{kind.__qualname__}>"
    body = ", ".join(f"{k}={_text(v, above, ordered)}" for k, v in sorted(attributes.items()))
    return f"{kind.__qualname__}({body})"


def attributes_of(value: object) -> dict[str, object]:
    """Return the instance attributes of ``value``, from ``__dict__`` and ``__slots__``.

    Reads no property and calls no code of the value's class.
    """
    found: dict[str, object] = {}
    own = getattr(type(value), "__dict__", {}).get("__dict__")
    try:
        found.update(object.__getattribute__(value, "__dict__"))
    except AttributeError:
        pass
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else tuple(slots):
            name = f"_{base.__name__.lstrip('_')}{slot}" if slot.startswith("__") and not slot.endswith("__") else slot
            member = base.__dict__.get(name)
            if slot in ("__dict__", "__weakref__") or member is None:
                continue
            try:
                found[name] = member.__get__(value, base)
            except AttributeError:
                continue
    del own
    return found


def same(a: object, b: object) -> bool:
    """Return whether two values are equal for the contract.

    >>> same(float("nan"), float("nan")), same(True, 1), same((1,), [1])
    (True, False, False)
    """
    return freeze(a).text == freeze(b).text


def is_plain(value: object) -> bool:
    """Return whether ``value`` is plain data: what a query may be made of.

    >>> is_plain({"k": [1, (b"x", None)]}), is_plain(object())
    (True, False)
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str, bytes):
        return True
    if kind in (list, tuple):
        return all(map(is_plain, value))  # type: ignore[call-overload]  # a list or tuple
    if kind is dict:
        return all(is_plain(k) and is_plain(v) for k, v in value.items())  # type: ignore[attr-defined]  # a dict
    return False


def to_json(value: object) -> object:
    """Return plain data as JSON values that ``from_json`` turns back exactly.

    Raises:
        UsageError: ``value`` is not plain data.
    """
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if isinstance(value, int) and kind is int:
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float) and kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is bytes:
        return {"bytes": base64.b64encode(value).decode()}  # type: ignore[arg-type]  # bytes
    if isinstance(value, list) and kind is list:
        return [to_json(item) for item in value]
    if isinstance(value, tuple) and kind is tuple:
        return {"tuple": [to_json(item) for item in value]}
    if isinstance(value, dict) and kind is dict:
        return {"dict": [[to_json(k), to_json(v)] for k, v in value.items()]}
    raise UsageError(
        f"expected plain data (None, bool, int, float, str, bytes, list, tuple, dict), "
        f"got {kind.__qualname__}: make the strategy draw plain data"
    )


def from_json(data: object) -> object:
    """Return the plain data that ``to_json`` wrote.

    Raises:
        UsageError: ``data`` is not of that form.
    """
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if isinstance(data, list):
        return [from_json(item) for item in data]
    if isinstance(data, dict) and len(data) == 1:
        [(tag, body)] = data.items()
        try:
            return _UNTAG[tag](body)
        except (KeyError, TypeError, ValueError):
            pass
    raise UsageError(f"expected a tagged value, got {data!r:.80}: the file is damaged")


_UNTAG = {
    "int": int,
    "float": float,
    "bytes": lambda body: base64.b64decode(body, validate=True),
    "tuple": lambda body: tuple(map(from_json, body)),
    "dict": lambda body: {_key(from_json(k)): from_json(v) for k, v in body},
}


def _key(value: object) -> object:
    hash(value)
    return value
