"""Make strategies of commands and queries out of tables of words.

Knows no domain: the modules beside it hold the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Result

Words = Sequence[str]
REJECTED = Result(0)
"""What every machine of these domains answers to a command that it does not know."""


def sentences(*forms: Sequence[Words | str]) -> st.SearchStrategy[bytes]:
    """Return commands of the given forms, each a row of fixed words and of choices.

    Args:
        forms: Per form one item per word: a string is that word, a sequence one of its words.
    """
    return st.one_of([_row(form).map(_joined) for form in forms])


def _joined(words: tuple[str, ...]) -> bytes:
    return " ".join(words).encode()


def questions(*forms: Sequence[Words | str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of the given forms: tuples of a verb and its words."""
    return st.one_of([_row(form) for form in forms])


def _row(form: Sequence[Words | str]) -> st.SearchStrategy[tuple[str, ...]]:
    words = (st.just(word) if isinstance(word, str) else st.sampled_from(word) for word in form)
    return st.tuples(*words)


def numbers(low: int, high: int) -> tuple[str, ...]:
    """Return the whole numbers from ``low`` to ``high`` as words."""
    return tuple(str(number) for number in range(low, high + 1))
