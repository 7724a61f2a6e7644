"""Two observations: the first difference that counts."""

from __future__ import annotations

from smcheck.checkers.observations import Difference, first_difference, label_results
from smcheck.contract.types import Result
from smcheck.values import freeze


def test_difference_is_none_between_equal_observations() -> None:
    one = (("lookup('a')", freeze({"x": 1, "y": 2})), ("get_hash", freeze(7)))
    two = (("lookup('a')", freeze({"y": 2, "x": 1})), ("get_hash", freeze(7)))
    assert first_difference(one, two) is None


def test_difference_names_the_first_row_that_differs() -> None:
    one = (("a", freeze(1)), ("b", freeze(2)), ("c", freeze(3)))
    two = (("a", freeze(1)), ("b", freeze(True)), ("c", freeze(4)))
    assert first_difference(one, two) == Difference("b", "2", "True", 1)


def test_difference_of_order_is_marked() -> None:
    one, two = (("a", freeze([1, 2])),), (("a", freeze([2, 1])),)
    assert first_difference(one, two) == Difference("a", "[1, 2]", "[2, 1]", 0, only_order=True)


def test_difference_of_order_gives_way_to_a_later_one_of_value() -> None:
    one = (("a", freeze([1, 2])), ("b", freeze(1)))
    two = (("a", freeze([2, 1])), ("b", freeze(2)))
    assert first_difference(one, two) == Difference("b", "1", "2", 1)


def test_difference_of_a_missing_row_is_one() -> None:
    one, two = (("a", freeze(1)), ("b", freeze(None))), (("a", freeze(1)),)
    assert first_difference(one, two) == Difference("b", "b = None", "nothing", 1)
    assert first_difference(two, one) == Difference("b", "nothing", "b = None", 1)


def test_difference_of_labels_is_one_though_values_agree() -> None:
    one, two = (("a", freeze(1)),), (("b", freeze(1)),)
    assert first_difference(one, two) == Difference("a", "a = 1", "b = 1", 0)


def test_results_are_rows_by_index() -> None:
    assert label_results([3, 7], [Result(1), Result(2, b"x")]) == (
        ("result of index 3", freeze((1, b""))),
        ("result of index 7", freeze((2, b"x"))),
    )
