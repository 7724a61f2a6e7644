"""Plain data, what queries are made of, as JSON values and back. The door is ``values.py``.

Plain is: None, bool, int, float, str, bytes, and lists, tuples and dicts of them; exactly
these types, no subclasses, nested at most ``LIMIT_DEPTH`` deep.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable

from smcheck._types import ids_of
from smcheck.errors import UsageError

LIMIT_DEPTH = 100
_EXACT_IN_JSON = 2**53
_ATOMS = ids_of([type(None), bool, int, float, str, bytes])


def is_plain(value: object) -> bool:
    """Return whether ``value`` is plain data: what a query may be made of.

    >>> is_plain({"k": [1, (b"x", None)]}), is_plain(object())
    (True, False)
    """
    return _is_plain(value, LIMIT_DEPTH)


def _is_plain(value: object, depth: int) -> bool:
    kind = type(value)
    if id(kind) in _ATOMS:
        return True
    if depth == 0:
        return False
    if kind is list or kind is tuple:
        return all(_is_plain(item, depth - 1) for item in value)  # type: ignore[attr-defined]  # a list or tuple
    if kind is dict:
        return all(
            _is_plain(k, depth - 1) and _is_plain(v, depth - 1)
            for k, v in value.items()  # type: ignore[attr-defined]  # a dict
        )
    return False


def to_json(value: object) -> object:
    """Return plain data as JSON values that ``from_json`` turns back exactly.

    Raises:
        UsageError: ``value`` is not plain data.

    >>> to_json([1, (b"x",)])
    [1, {'tuple': [{'bytes': 'eA=='}]}]
    """
    return _to_json(value, LIMIT_DEPTH)


def _to_json(value: object, depth: int) -> object:
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        small = -_EXACT_IN_JSON < value < _EXACT_IN_JSON  # type: ignore[operator]  # an int
        return value if small else {"int": hex(value)}  # type: ignore[arg-type]  # an int
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}  # type: ignore[arg-type]  # a float
    if isinstance(value, str) and kind is str:
        if _is_unicode(value):
            return value
        return {"str": _encoded(value.encode("utf-8", "surrogatepass"))}
    if isinstance(value, bytes) and kind is bytes:
        return {"bytes": _encoded(value)}
    if depth == 0:
        raise UsageError(
            f"expected plain data nested at most {LIMIT_DEPTH} deep, got more: "
            "make the strategy draw flatter data"
        )
    if isinstance(value, list) and kind is list:
        return [_to_json(item, depth - 1) for item in value]
    if isinstance(value, tuple) and kind is tuple:
        return {"tuple": [_to_json(item, depth - 1) for item in value]}
    if isinstance(value, dict) and kind is dict:
        pairs = value.items()
        return {"dict": [[_to_json(k, depth - 1), _to_json(v, depth - 1)] for k, v in pairs]}
    raise UsageError(
        "expected plain data (None, bool, int, float, str, bytes, list, tuple, dict), "
        f"got {kind.__qualname__}: make the strategy draw plain data"
    )


def from_json(data: object) -> object:
    """Return the plain data that ``to_json`` wrote.

    Raises:
        UsageError: ``data`` is not of that form.
    """
    try:
        return _from_json(data, LIMIT_DEPTH)
    except (KeyError, TypeError, ValueError):
        raise UsageError(
            f"expected plain data as smcheck writes it, got {_short(data)}: the file is damaged"
        ) from None


def _from_json(data: object, depth: int) -> object:
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if depth < 0:
        raise ValueError("too deep")
    if isinstance(data, list):
        return [_from_json(item, depth - 1) for item in data]
    if not isinstance(data, dict):
        raise TypeError
    [(tag, body)] = data.items()
    if tag in _UNTAG:
        if not isinstance(body, str):
            raise TypeError
        return _UNTAG[tag](body)
    if not isinstance(body, list):
        raise TypeError
    if tag == "tuple":
        return tuple([_from_json(item, depth - 1) for item in body])
    if tag == "dict":
        return {_from_json(k, depth - 1): _from_json(v, depth - 1) for k, v in body}
    raise KeyError(tag)


_UNTAG: dict[str, Callable[[str], object]] = {
    "int": lambda body: int(body, 16),
    "float": float,
    "str": lambda body: _decoded(body).decode("utf-8", "surrogatepass"),
    "bytes": lambda body: _decoded(body),
}


def _is_unicode(text: str) -> bool:
    """Return whether a codec takes ``text``: half a surrogate pair is a str, but no Unicode."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _short(data: object) -> str:
    """Return the start of what a file held; deep nesting must not break the message."""
    try:
        return f"{data!r:.80}"
    except RecursionError:
        return "deeply nested data"
