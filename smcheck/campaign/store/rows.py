"""Texts and numbers as a store has them, and records back from them, held to their types.

Texts are UTF-8: a lone surrogate, of a file name that is none, is spelled out like in reports,
both in what is kept and in what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from smcheck.campaign.records import Traits
from smcheck.finding import Finding
from smcheck.report.data import dumps

T = TypeVar("T")
_HALF, _WHOLE = 1 << 63, 1 << 64


class Kept(msgspec.Struct, frozen=True):
    """What a store has of a finding under one signature, beside its witness."""

    subject: str
    finding: Finding
    stacks: str = ""


def spelled(text: str) -> str:
    """Return ``text`` as UTF-8 can have it."""
    return text.encode("utf-8", "backslashreplace").decode()


def to_json(record: object) -> str:
    """Return a record as the text that is kept of it."""
    return dumps(record).decode()


def from_json(text: str, kind: type[T]) -> T:
    """Return the record.

    Raises:
        msgspec.DecodeError: The text is none of ``kind``.
    """
    return msgspec.json.decode(text, type=kind)


def checked(rows: Iterable[Any], kind: type[T]) -> Iterator[T]:  # Any: what SQLite has
    """Yield rows as tuples of ``kind``.

    Raises:
        msgspec.ValidationError: A row is none.
    """
    for row in rows:
        yield msgspec.convert(row, kind)


def to_signed(digest: int) -> int:
    """Return 64 bits as SQLite keeps a number.

    >>> to_signed(2**64 - 1), to_signed(7)
    (-1, 7)
    """
    return digest - _WHOLE if digest >= _HALF else digest


def from_signed(number: int) -> int:
    """Return the 64 bits.

    >>> from_signed(-1) == 2**64 - 1, from_signed(7)
    (True, 7)
    """
    return number % _WHOLE


class _Cached(dict[str, Traits]):
    """Traits by their text: the same few are read again for each finding that is placed."""

    LIMIT = 20_000

    def __missing__(self, text: str) -> Traits:
        if len(self) >= self.LIMIT:
            self.clear()
        self[text] = traits = from_json(text, Traits)
        return traits


_traits = _Cached()


def traits_of(text: str) -> Traits:
    """Return the traits that ``text`` says."""
    return _traits[text]
