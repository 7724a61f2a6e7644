"""Twins side by side: the first difference, the characters that differ, what is folded away."""

from __future__ import annotations

import pytest

from smcheck.report.page.parting import Cut, groups
from smcheck.scenario import Row, Twins


def rows(*texts: str) -> Twins:
    """Return twins of which the right one sees ``b`` wherever the left one sees ``a``."""
    seen = [Row(str(n), text, text.replace("a", "b")) for n, text in enumerate(texts)]
    return Twins("left", "right", tuple(seen))


@pytest.mark.parametrize(
    "left, right, cut",
    [
        ("[1, 2, 3]", "[1, 7, 3]", Cut("[1, ", "2", ", 3]")),
        ("aa", "aaa", Cut("aa", "", "")),
        ("", "x", Cut("", "", "")),
        ("abc", "xyz", Cut("", "abc", "")),
    ],
)
def test_a_pair_is_cut_where_it_differs(left: str, right: str, cut: Cut) -> None:
    [group] = groups(Twins("", "", (Row("", left, right),)))
    assert group.pairs[0].left == cut


def test_only_the_first_difference_is_the_first() -> None:
    pairs = [pair for group in groups(rows("x", "a", "y", "a")) for pair in group.pairs]
    assert [pair.is_first for pair in pairs] == [False, True, False, False]
    assert [pair.differs for pair in pairs] == [False, True, False, True]


def test_many_equal_rows_are_folded_but_for_their_ends() -> None:
    found = groups(rows(*"xxxxxxxx", "a", "x"))
    sizes = [(len(group.pairs), group.is_folded) for group in found]
    assert sizes == [(1, False), (6, True), (2, False), (1, False)]


def test_few_equal_rows_are_not_folded() -> None:
    assert [group.is_folded for group in groups(rows(*"xxxxx", "a"))] == [False]


def test_twins_of_which_nothing_was_seen_have_no_rows() -> None:
    assert groups(Twins("left", "right")) == ()
