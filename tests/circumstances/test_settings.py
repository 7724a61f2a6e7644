"""Which circumstances are varied, as users choose them."""

from __future__ import annotations

import pytest

from smcheck.circumstances.data import CIRCUMSTANCES, differing
from smcheck.circumstances.settings import choose, default_settings
from smcheck.errors import UsageError


def test_what_is_taken_away_is_equal_in_all_settings() -> None:
    choice = choose({}, frozenset({"clock", "hash seed"}))
    first, *others = default_settings(3, count=4, choice=choice)
    for other in others:
        names = {c.name for c in differing(first, other)}
        assert not names & {"clock", "hash seed"}
        assert "host name" in names


def test_what_is_added_differs() -> None:
    first, other = default_settings(3, choice=choose({"-O": ""}, frozenset()))
    assert "-O" in {c.name for c in differing(first, other)}
    first, other = default_settings(3)
    assert "-O" not in {c.name for c in differing(first, other)}


@pytest.mark.parametrize(
    "vary, dont_vary, what",
    [
        ({"weather": ""}, (), "the name of a circumstance, got 'weather'"),
        ({}, ("weather",), "the name of a circumstance, got 'weather'"),
        ({"-O": ""}, ("-O",), "got both for '-O'"),
    ],
)
def test_wrong_choices_are_refused(
    vary: dict[str, str], dont_vary: tuple[str, ...], what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        choose(vary, frozenset(dont_vary))


def test_left_out_are_those_on_by_default() -> None:
    assert choose({"-O": ""}, frozenset({"umask"})).left_out() == ["umask"]
    assert choose({}, frozenset({"-O"})).left_out() == []


def test_every_circumstance_says_how_it_is_varied_and_what_it_costs() -> None:
    assert len(CIRCUMSTANCES) >= 28
    assert all(c.varied and c.cost for c in CIRCUMSTANCES)
