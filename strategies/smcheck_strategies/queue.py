"""Jobs that wait in line: push, pop, and cancel.

State is a list of job names; a name may wait more than once. What a command answers:

==============  ===========================================================
``push JOB``    how many wait now
``pop``         1 and the job's name as data, or 0 if nobody waits
``cancel JOB``  how many times the job was in line and was taken out
else            0
==============  ===========================================================

Queries are ``("size",)``, ``("next",)``, which answers the first name or ``None``, and
``("all",)``, which answers the names in order as a list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, questions, sentences

JOBS: tuple[str, ...] = ("build", "lint", "ship", "test")
VERBS: tuple[str, ...] = ("push", "pop", "cancel")
QUESTIONS: tuple[str, ...] = ("size", "next", "all")


def commands(*, verbs: Collection[str] = VERBS) -> st.SearchStrategy[bytes]:
    """Return commands of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {
        "push": ["push", JOBS],
        "pop": ["pop"],
        "cancel": ["cancel", JOBS],
    }
    return sentences(*(forms[verb] for verb in VERBS if verb in verbs))


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    return questions(*([verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Serve in the order of arrival."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        match cmd.decode().split():
            case ["push", job]:
                self._waiting.append(job)
                return Result(len(self._waiting))
            case ["pop"] if self._waiting:
                return Result(1, self._waiting.pop(0).encode())
            case ["cancel", job]:
                found = self._waiting.count(job)
                self._waiting = [other for other in self._waiting if other != job]
                return Result(found)
        return REJECTED

    def query(self, query: Any) -> object:
        """Answer one query."""
        match query:
            case ["size"]:
                return len(self._waiting)
            case ["next"]:
                return self._waiting[0] if self._waiting else None
        return list(self._waiting)
