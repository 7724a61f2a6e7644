"""Draw a log and queries for it out of a subject, by a seed; nothing is lived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
from hypothesis import Phase, Verbosity, given, settings
from hypothesis import seed as with_seed

from smcheck.engine.world import seeded
from smcheck.plan import Command
from smcheck.subject import Subject
from smcheck.testing.validate import HEALTH_CHECKS, drawing, encoded, require_plain
from smcheck.values import freeze

_CHUNK = 10
_PLAIN = 2
_TRIES_OF_QUERY = 5


def drawn_log(subject: Subject, *, seed: int, entries: int) -> tuple[Command, ...]:
    """Return so many commands: the subject's examples one after the other, then drawn ones.

    Raises:
        UsageError: A strategy cannot draw, or draws what is no command.
    """
    found = [encoded(subject, command) for log in subject.examples for command in log]
    missing = entries - len(found)
    if missing > 0:
        found += _drawn(subject, seed=seed, count=missing)
    return tuple(Command(index, cmd) for index, cmd in enumerate(found[:entries], 1))


def drawn_queries(subject: Subject, *, seed: int, most: int) -> tuple[object, ...]:
    """Return up to so many drawn queries that differ.

    Raises:
        UsageError: The strategy cannot draw, or draws what is no plain data.
    """
    if subject.queries is None:
        return ()
    found: dict[str, object] = {}

    def note(query: object) -> None:
        require_plain(subject, query)
        if len(found) < most:
            found.setdefault(freeze(query).text, query)

    draw_each(subject, subject.queries, note, seed=seed, count=_TRIES_OF_QUERY * most)
    return tuple(found.values())


def _drawn(subject: Subject, *, seed: int, count: int) -> list[bytes]:
    """Draw pieces of a log; where there are too few that differ, some come again."""
    pieces: list[list[bytes]] = []

    def note(piece: list[Any]) -> None:
        pieces.append([encoded(subject, command) for command in piece])

    strategy = st.lists(subject.commands, min_size=_CHUNK, max_size=_CHUNK)
    draw_each(subject, strategy, note, seed=seed, count=-(-count // _CHUNK) + _PLAIN)
    # The first are the simplest there are, of one command again and again.
    pieces = pieces[_PLAIN:] or pieces
    rng = seeded(seed, "golden log")
    while len(pieces) * _CHUNK < count:
        pieces.append(rng.choice(pieces))
    return [cmd for piece in pieces for cmd in piece][:count]


def draw_each(
    subject: Subject, strategy: Any, take: Callable[[Any], None], *, seed: int, count: int
) -> None:
    """Draw up to ``count`` values of a strategy, by a seed, and take each.

    Raises:
        UsageError: It cannot draw.
    """
    judged: Any = given(strategy)
    test: Any = settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        verbosity=Verbosity.quiet, suppress_health_check=HEALTH_CHECKS, derandomize=False,
    )(with_seed(seed)(judged(take)))  # fmt: skip
    with drawing(subject):
        test()
