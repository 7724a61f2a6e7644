"""Points of few players, and who leads.

What a command answers:

===================  =======================================================
``score PLAYER N``   the player's points afterwards
``leave PLAYER``     1 if the player was there, else 0
else                 0
===================  =======================================================

Queries are ``("points", player)``, which answers the number or ``None``, and ``("top",)``,
which answers a list of ``[player, points]``, most points first, equal points by name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, numbers, questions, sentences

PLAYERS: tuple[str, ...] = ("eve", "gus", "ida", "joe")
QUESTIONS: tuple[str, ...] = ("points", "top")


def commands() -> st.SearchStrategy[bytes]:
    """Return commands in which equal points are common."""
    return sentences(["score", PLAYERS, numbers(1, 2)], ["leave", PLAYERS])


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {"points": ["points", PLAYERS], "top": ["top"]}
    return questions(*(forms[verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Keep the points and sort them when asked."""

    def __init__(self) -> None:
        self._points: dict[str, int] = {}

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        match cmd.decode().split():
            case ["score", player, step]:
                self._points[player] = self._points.get(player, 0) + int(step)
                return Result(self._points[player])
            case ["leave", player]:
                return Result(int(self._points.pop(player, None) is not None))
        return REJECTED

    def query(self, query: Any) -> object:
        """Answer one query."""
        match query:
            case ["points", player]:
                return self._points.get(player)
        return [[name, n] for name, n in sorted(self._points.items(), key=lambda p: (-p[1], p[0]))]
