"""Where twins part: their rows with the first difference marked, long equal stretches folded.

Pure: takes the records of a scenario, knows no markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smcheck.scenario import Row, Twins

FOLD = 6
"""Equal rows in a row from which on the middle ones are folded away."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A text around the place where it differs from the other twin's."""

    before: str
    differing: str
    after: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One row as it is shown."""

    label: str
    left: Cut
    right: Cut
    differs: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are shown together, or are folded away together."""

    pairs: tuple[Pair, ...]
    is_folded: bool = False


def groups(twins: Twins) -> tuple[Group, ...]:
    """Return the rows in their order, those far from any difference folded."""
    pairs = [_pair(row, number == twins.first) for number, row in enumerate(twins.rows)]
    return tuple(_folded(pairs))


def _pair(row: Row, is_first: bool) -> Pair:
    if not row.differs:
        return Pair(row.label, Cut(row.left, "", ""), Cut(row.right, "", ""), False, False)
    start = _common(row.left, row.right)
    end = _common(row.left[start:][::-1], row.right[start:][::-1])
    return Pair(row.label, _cut(row.left, start, end), _cut(row.right, start, end), True, is_first)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, start: int, end: int) -> Cut:
    stop = len(text) - end
    return Cut(text[:start], text[start:stop], text[stop:])


def _folded(pairs: list[Pair]) -> Iterator[Group]:
    position = 0
    while position < len(pairs):
        stop = position
        while stop < len(pairs) and not pairs[stop].differs:
            stop += 1
        equal, position = pairs[position:stop], stop
        if len(equal) >= FOLD:
            yield Group(tuple(equal[:1]))
            yield Group(tuple(equal[1:-1]), is_folded=True)
            equal = equal[-1:]
        while stop < len(pairs) and pairs[stop].differs:
            stop += 1
        yield Group((*equal, *pairs[position:stop]))
        position = stop
