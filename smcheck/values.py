"""Compare and carry values: one canonical text for equality, tagged JSON for files and pipes.

Two values are equal for the contract exactly when their texts are (CONTRACT A5): types count,
NaN equals NaN, ``-0.0`` differs from ``0.0``, sets and mappings have no order.
"""

from __future__ import annotations

from typing import NamedTuple

from smcheck._canonical import attributes_of, exception_text, type_name, write
from smcheck._plain import from_json, is_plain, to_json

__all__ = [
    "Frozen", "attributes_of", "freeze", "freeze_exception", "from_json", "is_plain", "same",
    "shorten", "to_json", "type_name",
]  # fmt: skip


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

    Runs no code of the value's class: no ``repr`` or ``==`` of its own, no property, no iterator.

    >>> freeze({"b": [1, 2.0], "a": {3, 1}}).text
    "{'a': {1, 3}, 'b': [1, 2.0]}"
    >>> freeze([2, 1]).loose == freeze([1, 2]).loose
    True
    """
    return Frozen(*write(value))


def freeze_exception(error: BaseException) -> Frozen:
    """Return the canonical text of an exception: its type, and arguments that are plain.

    Strings that look like they carry an address or a path are left out (CONTRACT A4).

    >>> freeze_exception(KeyError("k", 2, object(), "<Box at 0x7f>")).text
    "raise KeyError('k', 2, …, …)"
    """
    text = exception_text(error)
    return Frozen(text, text)


def same(a: object, b: object) -> bool:
    """Return whether two values are equal for the contract.

    >>> same(float("nan"), float("nan")), same(True, 1), same((1,), [1])
    (True, False, False)
    """
    return write(a)[0] == write(b)[0]


def shorten(text: str, *, limit: int = 80) -> str:
    """Return at most ``limit`` characters of a canonical text, for messages.

    >>> shorten("abcdef", limit=4)
    'abc…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"
