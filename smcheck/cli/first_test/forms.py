"""The forms that a command or query may have, as small trees of records.

Knows nothing of the code that they were read from, nor of the code that draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always this value. ``is_made_up``: nobody compares with it, anything else would do."""

    value: object
    is_made_up: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these values."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something of a kind.

    ``kind`` is ``"name"``, ``"int"``, ``"float"``, ``"bool"``, ``"bytes"``, ``"hex"``, ``"uuid"``,
    ``"char"``, ``"int big"``, ``"int little"`` or ``"any"``, of which nothing is known.
    """

    kind: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A list with these items, or words of a text with a separator between them.

    Attributes:
        sep: ``""`` for a tuple or list; ``None`` for blanks.
        is_list: Whether a tuple will not do.
    """

    items: tuple[Form, ...]
    sep: str | None = ""
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Values by name; ``seps`` where they are written like ``a=1,b=2``."""

    items: Mapping[str, Form] = field(hash=False)
    seps: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """Data written by a codec: ``"json"``, ``"pickle"``, ``"literal"``, ``"msgpack"``."""

    codec: str
    inner: Form


@dataclass(frozen=True, slots=True)
class Packed:
    """Numbers packed by ``struct``."""

    format: str
    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """How long another piece is, itself written in some form."""

    of: int
    form: Form


@dataclass(frozen=True, slots=True)
class Pieces:
    """Bytes or texts one behind the other."""

    items: tuple[Form | Length, ...]


Form = Fixed | Choice | Leaf | Row | Fields | Coded | Packed | Pieces


def is_vague(form: Form) -> bool:
    """Return whether nothing is known of a whole command or query."""
    return isinstance(form, Leaf) and form.kind == "any"
