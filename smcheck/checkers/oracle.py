"""What a checker may ask about the sequential truth. Who computes it is not its business."""

from __future__ import annotations

from typing import Protocol

from smcheck.history import Outcome


class Oracle(Protocol):
    """Know what a query answers when it is asked alone."""

    def answer(self, version: int, query: int, /) -> Outcome:
        """Return what ``queries[query]`` gives at the state after ``log[:version]``.

        That may be a raise.
        """
        ...

    def answer_of(self, entries: tuple[int, ...], query: int, /) -> Outcome | None:
        """Return what a query gives after exactly these positions of the log, in this order.

        ``None`` when that cannot be computed, for example because an entry raises there.
        """


def matches(got: Outcome, expected: Outcome) -> bool:
    """Return whether two outcomes are equal for the contract (CONTRACT A5)."""
    return got.raised == expected.raised and got.value.text == expected.value.text


def matches_loosely(got: Outcome, expected: Outcome) -> bool:
    """Return whether two outcomes are equal but for the order of sequences."""
    return got.raised == expected.raised and got.value.loose == expected.value.loose
