"""Find the first thing in which two lives differ. Pure; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.checkers.observations import Observation, first_difference
from smcheck.contract.types import Result
from smcheck.host.life import Life


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which a life differs from the one it should equal.

    Attributes:
        what: ``"result"``, ``"answer"``, ``"observe"``, ``"get_hash"`` or ``"raise"``.
        label: What was asked, as a person reads it.
        entry: Position in the log of the entry that resulted differently, else ``None``.
        only_order: The values are equal but for the order of their items.
    """

    what: str
    label: str
    expected: str
    got: str
    entry: int | None = None
    only_order: bool = False


def differ(expected: Life, got: Life) -> Difference | None:
    """Return the first difference: in results, then in raising, then in what was observed."""
    found = _results(expected.results, got.results)
    if found is not None:
        return found
    if (expected.raised is None) != (got.raised is None):
        return Difference("raise", _raising(expected, got), _raise(expected), _raise(got))
    return differ_observed(expected.observations[-1:], got.observations[-1:])


def differ_observed(
    expected: tuple[Observation, ...], got: tuple[Observation, ...]
) -> Difference | None:
    """Return the first difference between observations made at the same moments.

    A difference that is more than order comes before one that is not.
    """
    order: Difference | None = None
    for mine, other in zip(expected, got, strict=False):
        parts = first_difference(mine, other)
        if parts is None:
            continue
        what = parts.label if parts.label in ("observe", "get_hash") else "answer"
        found = Difference(
            what, parts.label, parts.expected, parts.got, only_order=parts.only_order
        )
        if not found.only_order:
            return found
        order = order or found
    return order


def _results(expected: tuple[Result, ...], got: tuple[Result, ...]) -> Difference | None:
    for entry, (left, right) in enumerate(zip(expected, got, strict=False)):
        if left != right:
            return Difference("result", f"entry {entry}", show(left), show(right), entry)
    return None


def show(result: Result) -> str:
    """Return a result as reports print it."""
    return (
        f"Result({result.value}, {bytes(result.data)!r})"
        if result.data
        else f"Result({result.value})"
    )


def _raise(life: Life) -> str:
    moment = life.raised
    return moment.outcome.value.text if moment and moment.outcome else "no exception"


def _raising(expected: Life, got: Life) -> str:
    moment = expected.raised or got.raised
    return type(moment.step).__name__.lower() if moment else ""
