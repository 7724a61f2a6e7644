"""One number that never goes below zero, and how often it changed.

State is two numbers that belong together. What a command answers:

===========  =============================================================
``add N``    the new number
``sub N``    the new number, with the data ``no`` if it would fall below 0
``reset``    the number before
else         0
===========  =============================================================

Every command that is not refused counts as a change. Queries are ``("value",)``,
``("changes",)``, and ``("both",)``, which answers a tuple of the two.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, numbers, questions, sentences

QUESTIONS: tuple[str, ...] = ("value", "changes", "both")


def commands() -> st.SearchStrategy[bytes]:
    """Return commands for one counter."""
    return sentences(["add", numbers(1, 5)], ["sub", numbers(1, 5)], ["reset"])


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    return questions(*([verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Count."""

    def __init__(self) -> None:
        self._value = 0
        self._changes = 0

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        before = self._value
        match cmd.decode().split():
            case ["add", step]:
                self._value += int(step)
            case ["sub", step] if self._value < int(step):
                return Result(before, b"no")
            case ["sub", step]:
                self._value -= int(step)
            case ["reset"]:
                self._value = 0
            case _:
                return REJECTED
        self._changes += 1
        return Result(before if cmd == b"reset" else self._value)

    def query(self, query: Any) -> object:
        """Answer one query."""
        answers = {
            "value": self._value,
            "changes": self._changes,
            "both": (self._value, self._changes),
        }
        return answers[query[0]]
