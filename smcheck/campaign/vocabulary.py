"""The words of one stint: commands and queries that Hypothesis draws once, by a seed.

Plans are composed of these without Hypothesis, which would take longer than a plan does. Each
stint has words of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st

from smcheck.plan import Command
from smcheck.subject import Subject
from smcheck.testing.commands import command_of, commands_of
from smcheck.testing.drawn import draw_each
from smcheck.testing.validate import require_plain
from smcheck.values import freeze

_PIECES = 24
_PIECE = 8
_QUERIES_OF_PIECE = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What plans are made of.

    Attributes:
        pieces: Short runs of commands, each drawn as one list; their indexes are all 0.
        queries: Plain data, each once; empty where the machine is asked nothing.
    """

    pieces: tuple[tuple[Command, ...], ...]
    queries: tuple[object, ...]


def draw_vocabulary(subject: Subject, *, seed: int) -> Vocabulary:
    """Return the words of a stint; the same for the same seed.

    Raises:
        UsageError: A strategy cannot draw, or draws what is no command or no plain data.
    """
    pieces: list[tuple[Command, ...]] = []
    queries: dict[str, object] = {}

    def take(drawn: tuple[list[Any], list[object]]) -> None:
        commands, asked = drawn
        pieces.append(tuple(command_of(subject, one, index=0) for one in commands))
        for query in asked:
            require_plain(subject, query)
            queries.setdefault(freeze(query).text, query)

    has_queries = subject.queries is not None
    asked = st.lists(
        subject.queries if has_queries else st.nothing(),
        min_size=int(has_queries), max_size=_QUERIES_OF_PIECE * has_queries,
    )  # fmt: skip
    piece = st.lists(commands_of(subject), min_size=1, max_size=_PIECE)
    draw_each(subject, st.tuples(piece, asked), take, seed=seed, count=_PIECES)
    return Vocabulary(tuple(pieces), (*queries.values(), *subject.probes))
