"""Plain data through JSON and back, and what is refused on the way."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcheck.errors import UsageError
from smcheck.values import freeze, from_json, is_plain, to_json

ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary()
    | st.text(st.characters(codec=None))
)  # fmt: skip
HASHABLE = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=4)
PLAIN = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_json_gives_back_what_it_took(value: object) -> None:
    assert is_plain(value)
    through_json = json.loads(json.dumps(to_json(value)))
    through_msgspec = msgspec.json.decode(msgspec.json.encode(to_json(value)))
    assert freeze(from_json(through_json)) == freeze(value)
    assert freeze(from_json(through_msgspec)) == freeze(value)


@pytest.mark.parametrize(
    "value",
    [
        2**53 - 1,
        2**53,
        -(2**53),
        [10**6000],
        float("inf"),
        -0.0,
        "\ud800",
        {1: {True: ()}},
        {(): b""},
    ],
)
def test_json_keeps_the_corners(value: object) -> None:
    assert freeze(from_json(json.loads(json.dumps(to_json(value))))) == freeze(value)


def test_json_is_readable() -> None:
    assert to_json({"k": [1, (2.5, b"x")]}) == {
        "dict": [["k", [1, {"tuple": [2.5, {"bytes": "eA=="}]}]]]
    }


class Sub(str):
    __slots__ = ()


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def cyclic() -> object:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, Sub("x"), OrderedDict(), [bytearray()], {"a": {1}}, nested(101), cyclic()],
)
def test_plain_refuses_everything_else(value: object) -> None:
    assert not is_plain(value)
    with pytest.raises(UsageError, match=r"expected plain data .*: make the strategy draw"):
        to_json(value)


def test_plain_takes_a_hundred_levels() -> None:
    value = nested(100)
    assert is_plain(value)
    assert freeze(from_json(to_json(value))) == freeze(value)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"a": 1, "b": 2},
        {"unknown": "x"},
        {"int": 5},
        {"int": "five"},
        {"float": []},
        {"bytes": "*"},
        {"bytes": "é"},
        {"str": "//8="},
        {"tuple": "ab"},
        {"dict": [["a"]]},
        {"dict": ["ab", "c"]},
        {"dict": [[[], 1]]},
        {"dict": [[{"tuple": [[]]}, 1]]},
        [{"tuple": [{"dict": 3}]}],
        object(),
        nested(102),
    ],
)
def test_json_refuses_what_it_did_not_write(data: object) -> None:
    with pytest.raises(UsageError, match="the file is damaged"):
        from_json(data)


def test_json_refuses_nesting_beyond_the_stack_in_one_line() -> None:
    with pytest.raises(UsageError, match="the file is damaged"):
        from_json(nested(50_000))
