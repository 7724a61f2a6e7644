"""Hashes judged by their windows. The lanes are explained in conftest.py."""

from __future__ import annotations

from collections.abc import Callable

from smcheck.checkers.hashes import check_hashes
from smcheck.history import History
from smcheck.values import freeze

Lanes = Callable[[str], History]

HASHES = tuple(map(freeze, (10, 11, 12)))


def clauses(history: History) -> list[str]:
    return [breach.clause for breach in check_hashes(history, HASHES)]


def test_hash_accepts_the_version_that_was_complete(history: Lanes) -> None:
    assert clauses(history("""
        updates | [0..1]              [1..2]
        one     |         [hash -> 11]
    """)) == []  # fmt: skip


def test_hash_rejects_another_version(history: Lanes) -> None:
    assert clauses(history("""
        updates | [0..1]              [1..2]
        one     |         [hash -> 10]
    """)) == ["HSH-1"]  # fmt: skip


def test_hash_beside_an_update_accepts_every_version_of_its_batch(history: Lanes) -> None:
    lanes = """
        updates | [0..2                          ]
        one     |    [hash -> 10]  [hash -> {}]
    """
    assert [clauses(history(lanes.format(n))) for n in (10, 11, 12)] == [[], [], []]


def test_hash_beside_an_update_rejects_a_mixture(history: Lanes) -> None:
    assert clauses(history("""
        updates | [0..2              ]
        one     |    [hash -> 13]
    """)) == ["HSH-1"]  # fmt: skip


def test_hash_that_raises_only_beside_others_is_a_crash(history: Lanes) -> None:
    assert clauses(history("""
        updates | [0..2                     ]
        one     |    [hash -> !KeyError('a')]
    """)) == ["CRA-1"]  # fmt: skip


def test_hash_says_nothing_after_an_update_that_raised(history: Lanes) -> None:
    assert clauses(history("""
        updates | [0..2 !KeyError('a')]
        one     |                        [hash -> 99]
    """)) == []  # fmt: skip
