"""Values in a few words: short, the same each time, and without running their code."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict, deque
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest

from smcheck import Entry, Result
from smcheck._brief import brief, is_code, state_of


class Color(Enum):
    RED = 1


class Pair(NamedTuple):
    left: int
    right: int


class Odd:
    """Refuse to be looked at by its own methods."""

    def __init__(self) -> None:
        self.size = 3
        self._lock = threading.Lock()
        self.place = Path("/somewhere")
        self.made = len

    def __repr__(self) -> str:
        raise AssertionError("nobody may ask")

    __str__ = __repr__
    __eq__ = __hash__ = None  # type: ignore[assignment]  # whoever compares it fails


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-3, "-3"),
        (1 << 300, "<a large int>"),
        (1.5, "1.5"),
        ("a\x1b", r"'a\x1b'"),
        (b"a", "b'a'"),
        (memoryview(b"a"), "b'a'"),
        ([1, [2]], "[1, [2]]"),
        ((1,), "(1,)"),
        (Pair(1, 2), "(1, 2)"),
        ({"b": 1, "a": 2}, "{'b': 1, 'a': 2}"),
        (OrderedDict(a=1), "{'a': 1}"),
        (defaultdict(list, {"a": [1]}), "{'a': [1]}"),
        (deque([1]), "[1]"),
        ({3, 1, 2}, "{1, 2, 3}"),
        (set(), "set()"),
        (set(range(1000)), "{1,000 members}"),
        (list(range(99)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … 99 in all]"),
        (Color.RED, "Color.RED"),
        (Result(3), "Result(3)"),
        (Result(3, b"x"), "Result(3, b'x')"),
        (Entry(1, b"c", None), "Entry(cmd=b'c', index=1, result=None)"),
        (ValueError("x"), "ValueError('x')"),
        (Odd(), "Odd(size=3)"),
        (threading.Lock(), "lock"),
        (len, "<len>"),
        (Odd, "<Odd>"),
    ],
)
def test_brief_says_what_a_value_is(value: object, text: str) -> None:
    assert brief(value) == text


def test_brief_of_a_value_that_holds_itself_ends() -> None:
    circle: list[object] = [1]
    circle.append(circle)
    assert brief(circle) == "[1, [1, [1, [1, …]]]]"


@pytest.mark.parametrize(
    "value", ["x" * 10**6, ["y" * 99] * 10**5, dict.fromkeys(range(10**5), "z")]
)
def test_brief_of_a_large_value_keeps_to_the_limit(value: object) -> None:
    assert len(brief(value, limit=40)) == 40


def test_state_leaves_out_locks_paths_and_code() -> None:
    assert state_of(Odd()) == "size=3"


def test_code_is_told_from_values() -> None:
    assert [is_code(value) for value in (len, Odd, pytest, Odd(), "len")] == [
        True, True, True, False, False,
    ]  # fmt: skip
