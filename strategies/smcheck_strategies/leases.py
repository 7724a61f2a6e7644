"""Locks that run out: acquire, renew and release, at a time that the command brings along.

Time is a whole number in the command and never goes back: a command from the past counts as
one of now. A lease lasts 5. What a command answers:

========================  =================================================================
``acquire NAME OWNER AT``  1 if nobody else holds the name then, else 0; a holder renews it
``release NAME OWNER AT``  1 if the owner held the name then, else 0
else                       0
========================  =================================================================

Queries are ``("owner", name)``, which answers the holder by the machine's time or ``None``,
and ``("held",)``, which answers how many names are held.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, numbers, questions, sentences

NAMES: tuple[str, ...] = ("door", "lamp")
OWNERS: tuple[str, ...] = ("amy", "ben", "cat")
LASTS = 5
QUESTIONS: tuple[str, ...] = ("owner", "held")


def commands() -> st.SearchStrategy[bytes]:
    """Return commands of a short day, so that some leases run out and some do not."""
    times = numbers(0, 12)
    return sentences(["acquire", NAMES, OWNERS, times], ["release", NAMES, OWNERS, times])


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {"owner": ["owner", NAMES], "held": ["held"]}
    return questions(*(forms[verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Hold the leases and the latest time that any command brought."""

    def __init__(self) -> None:
        self._now = 0
        self._leases: dict[str, tuple[str, int]] = {}

    def _owner(self, name: str) -> str | None:
        owner, until = self._leases.get(name, ("", -1))
        return owner if until > self._now else None

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        match cmd.decode().split():
            case [("acquire" | "release") as verb, name, owner, at]:
                self._now = max(self._now, int(at))
            case _:
                return REJECTED
        holder = self._owner(name)
        if verb == "release" and holder == owner:
            del self._leases[name]
            return Result(1)
        if verb == "acquire" and holder in (None, owner):
            self._leases[name] = (owner, self._now + LASTS)
            return Result(1)
        return REJECTED

    def query(self, query: Any) -> object:
        """Answer one query."""
        match query:
            case ["owner", name]:
                return self._owner(name)
        return sum(self._owner(name) is not None for name in self._leases)
