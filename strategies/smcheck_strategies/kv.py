"""A store of small numbers under few keys: put, delete, incr and compare-and-set.

State is a mapping of strings to whole numbers. What a command answers:

========================  ===================================================
``put KEY NUMBER``        1 if the key was there before, else 0
``delete KEY``            1 if the key was there, else 0
``incr KEY NUMBER``       the new number; a missing key counts as 0
``cas KEY OLD NEW``       1 if the key held OLD and now holds NEW, else 0
anything else             0
========================  ===================================================

Queries are ``("get", key)``, which answers the number or ``None``, ``("all",)``, which answers
the whole mapping as a ``dict``, and ``("count",)``, which answers how many keys there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, numbers, questions, sentences

KEYS: tuple[str, ...] = ("a", "b", "c")
VERBS: tuple[str, ...] = ("put", "delete", "incr", "cas")
QUESTIONS: tuple[str, ...] = ("get", "all", "count")
_NUMBERS = numbers(0, 3)


def commands(
    *, keys: Sequence[str] = KEYS, verbs: Collection[str] = VERBS
) -> st.SearchStrategy[bytes]:
    """Return commands on ``keys``, of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {
        "put": ["put", keys, _NUMBERS],
        "delete": ["delete", keys],
        "incr": ["incr", keys, numbers(1, 3)],
        "cas": ["cas", keys, _NUMBERS, _NUMBERS],
    }
    return sentences(*(forms[verb] for verb in VERBS if verb in verbs))


def queries(
    *, keys: Sequence[str] = KEYS, verbs: Collection[str] = QUESTIONS
) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries about ``keys``, of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {
        "get": ["get", keys],
        "all": ["all"],
        "count": ["count"],
    }
    return questions(*(forms[verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Answer as a store does that has one user and no history."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        match cmd.decode().split():
            case ["put", key, number]:
                known = key in self._numbers
                self._numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self._numbers.pop(key, None) is not None))
            case ["incr", key, number]:
                self._numbers[key] = self._numbers.get(key, 0) + int(number)
                return Result(self._numbers[key])
            case ["cas", key, old, new] if self._numbers.get(key) == int(old):
                self._numbers[key] = int(new)
                return Result(1)
        return REJECTED

    def query(self, query: Any) -> object:
        """Answer one query."""
        match query:
            case ["get", key]:
                return self._numbers.get(key)
            case ["count"]:
                return len(self._numbers)
        return dict(self._numbers)
