"""Results that were returned earlier."""

from __future__ import annotations

import pytest

from smcheck import Entry, Result
from smcheck.checkers.results import Kept, check_kept


def entry(result: Result | None) -> Entry:
    return Entry(4, b"add", result)


def test_results_that_stayed_are_fine() -> None:
    returned = Result(1, b"one")
    assert (
        check_kept([Kept(4, entry(Result(1, b"one")), returned), Kept(5, returned, returned)]) == []
    )


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (Result(2, b"one"), "Result(2, b'one')"),
        (Result(1, b"two"), "Result(1, b'two')"),
        (None, "None"),
    ],
)
def test_a_result_that_became_another_is_told(now: Result | None, text: str) -> None:
    [breach] = check_kept([Kept(4, entry(now), Result(1, b"one"))])
    assert breach.clause == "RES-2"
    assert f"index 4 to stay Result(1, b'one'), it became {text} " in breach.message


def test_an_entry_that_refuses_to_show_its_result_is_told() -> None:
    class Hidden:
        @property
        def result(self) -> Result:
            raise ValueError

        def __getattribute__(self, name: str) -> object:
            raise ValueError(name)

    [breach] = check_kept([Kept(4, Hidden(), Result(1))])
    assert breach.clause == "RES-2"
