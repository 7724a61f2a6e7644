"""Compare two observations: everything that can be seen of two machines at one moment.

An observation is a row of labelled values: results by entry, answers by query, ``observe``, the
hash. Which clause a difference breaks is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from smcheck.contract.types import Result
from smcheck.values import Frozen, freeze

Observation = tuple[tuple[str, Frozen], ...]

_NOTHING = ("", Frozen("nothing", "nothing"))


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two observations part.

    Attributes:
        label: What was looked at.
        expected: Its canonical text in the first observation.
        got: Its canonical text in the second one.
        position: Number of the row, from 0.
        only_order: The same members, listed in another order.
    """

    label: str
    expected: str
    got: str
    position: int
    only_order: bool = False


def first_difference(expected: Observation, got: Observation) -> Difference | None:
    """Return the first difference; one of order alone only when there is no other.

    Rows are paired by position; one whose label differs, or that is missing, is a difference.
    """
    order: Difference | None = None
    for position, (left, right) in enumerate(zip_longest(expected, got, fillvalue=_NOTHING)):
        if left == right:
            continue
        found = _difference(position, left, right)
        if not found.only_order:
            return found
        order = order or found
    return order


def _difference(position: int, left: tuple[str, Frozen], right: tuple[str, Frozen]) -> Difference:
    (label, expected), (other, got) = left, right
    if label == other:
        same = expected.loose == got.loose
        return Difference(label, expected.text, got.text, position, only_order=same)
    return Difference(label or other, _row(label, expected), _row(other, got), position)


def _row(label: str, value: Frozen) -> str:
    return f"{label} = {value.text}" if label else value.text


def label_results(indexes: Iterable[int], results: Sequence[Result]) -> Observation:
    """Return results as rows, labelled by the index of their entries."""
    pairs = zip(indexes, results, strict=True)
    return tuple((f"result of index {index}", freeze(tuple(result))) for index, result in pairs)
