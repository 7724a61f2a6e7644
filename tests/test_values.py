"""Canonical texts: what is equal for the contract, and that nobody's code runs."""

from __future__ import annotations

import array
import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import re
import sys
import threading
import types
import uuid
import zoneinfo
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcheck.values import attributes_of, freeze, freeze_exception, same, shorten, type_name

ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.integers(10**700, 10**701)
)  # fmt: skip
PLAIN = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(ATOMS, inner, max_size=4)
    ),
    max_leaves=12,
)


def twin(value: Any) -> Any:
    """Return an equal value that shares no container and lists mappings the other way round."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(twin, value))
    if isinstance(value, dict):
        return {twin(k): twin(v) for k, v in reversed(value.items())}
    return value


@given(PLAIN)
def test_freeze_gives_equal_texts_to_equal_values(value: object) -> None:
    assert freeze(value) == freeze(twin(value))


@given(PLAIN, PLAIN)
def test_freeze_tells_values_apart_that_python_tells_apart(a: object, b: object) -> None:
    if freeze(a).text == freeze(b).text:
        assert repr(a) == repr(b) or a == b


@given(st.lists(PLAIN), st.randoms())
def test_freeze_forgets_order_in_the_loose_text_only(items: list[object], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert freeze(items).loose == freeze(shuffled).loose
    texts = [freeze(item).text for item in items]
    in_order = texts == [freeze(item).text for item in shuffled]
    assert same(items, shuffled) is in_order


@given(st.lists(st.integers() | st.text()), st.randoms())
def test_freeze_has_no_order_in_sets(items: list[object], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert freeze(set(items)) == freeze(set(shuffled))
    assert freeze(frozenset(items)) == freeze(frozenset(shuffled))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (-0.0, "-0.0"),
        (float("nan"), "nan"),
        ((), "()"),
        ((1,), "(1,)"),
        ([], "[]"),
        ({}, "{}"),
        (set(), "set()"),
        (frozenset(), "frozenset{}"),
        ({"b": 1, "a": {2, 1}}, "{'a': {1, 2}, 'b': 1}"),
        (bytearray(b"x"), "bytearray(b'x')"),
        (memoryview(b"x"), "memoryview(b'x')"),
        (memoryview(b"abcd").cast("H"), "memoryview(b'abcd', 'H', (2,))"),
        (range(3), "range(0, 3, 1)"),
        (slice(1, None), "slice(1, None, None)"),
        (..., "Ellipsis"),
        (1 - 2j, "(1-2j)"),
        (deque([1, 2]), "deque[1, 2]"),
        (OrderedDict(b=1, a=2), "OrderedDict{'a': 2, 'b': 1}"),
        (Counter("aab"), "Counter{'a': 2, 'b': 1}"),
        (defaultdict(list, a=[1]), "defaultdict{'a': [1]}"),
        ({"b": 1, "a": 2}.keys(), "dict_keys{'a', 'b'}"),
        ({"b": 1, "a": 2}.items(), "dict_items{'a': 2, 'b': 1}"),
        ({"b": 1, "a": 2}.values(), "dict_values[1, 2]"),
        (OrderedDict(a=1).keys(), "odict_keys{'a'}"),
        (types.MappingProxyType({"a": 1}), "mappingproxy({'a': 1})"),
        (UserDict(a=1), "UserDict(data={'a': 1})"),
        (ChainMap({"a": 1}), "ChainMap(maps=[{'a': 1}])"),
        (array.array("h", [1]), "array(b'\\x01\\x00')"),
        (decimal.Decimal("1.0"), "Decimal(Decimal('1.0'))"),
        (fractions.Fraction(1, 2), "Fraction(_denominator=2, _numerator=1)"),
        (pathlib.PurePosixPath("a/b"), "PurePosixPath('a/b')"),
        (datetime.date(2024, 2, 3), "date(2024, 2, 3)"),
        (datetime.timedelta(1, 2, 3), "timedelta(1, 2, 3)"),
        (datetime.time(1, tzinfo=datetime.UTC), "time(1, 0, 0, 0, 0, datetime.timezone.utc)"),
        (zoneinfo.ZoneInfo("UTC"), "ZoneInfo('UTC')"),
        (re.compile("a"), "re.compile('a')"),
        (int, "<class int>"),
        (twin, "<function twin>"),
        (sys, "<module>"),
        (iter([1]), "<list_iterator>"),
        (threading.Lock(), "<lock>"),
        (KeyError("k"), "KeyError('k')"),
        (object(), "<object>"),
    ],
)
def test_freeze_writes_one_text(value: object, text: str) -> None:
    assert freeze(value).text == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ("1", 1),
        (b"x", bytearray(b"x")),
        (b"x", "x"),
        ((1,), [1]),
        ({1}, frozenset({1})),
        ({1: 2}, OrderedDict({1: 2})),
        ([[1], [2]], [[1, 2]]),
        ({}, set()),
        (["a, b"], ["a", "b"]),
        (None, "None"),
        (datetime.datetime(2024, 1, 1), datetime.datetime(2024, 1, 1, fold=1)),
        (uuid.UUID(int=1), uuid.UUID(int=2)),
    ],
)
def test_same_is_strict_about_types_and_values(one: object, other: object) -> None:
    assert not same(one, other)
    assert same(one, one)


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


class Point(NamedTuple):
    x: int


class Slotted:
    __slots__ = ("__hidden", "x")

    def __init__(self, x: int) -> None:
        self.x, self.__hidden = x, 3


class Child(Slotted):
    y = 0

    def __init__(self, x: int) -> None:
        super().__init__(x)
        self.y = 2


@dataclasses.dataclass(slots=True)
class Pair:
    left: int
    right: int = 0


class Text(str):
    def __repr__(self) -> str:
        raise RuntimeError


class Labelled(dict[str, int]):
    label = ""


def test_freeze_writes_classes_by_name_and_content() -> None:
    assert freeze(Colour.RED).text == "Colour.RED"
    assert freeze(Level.LOW | Level.HIGH).text == "Level.LOW|HIGH"
    assert freeze(Point(1)).text == "Point(1,)"
    assert freeze(Slotted(1)).text == "Slotted(_Slotted__hidden=3, x=1)"
    assert freeze(Child(1)).text == "Child(_Slotted__hidden=3, x=1, y=2)"
    assert freeze(Pair(1)).text == "Pair(left=1, right=0)"
    assert freeze(Text("a")).text == "Text('a')"
    assert not same(Text("a"), "a")


def test_freeze_shows_attributes_of_a_subclass_of_a_container() -> None:
    plain, labelled = Labelled(a=1), Labelled(a=1)
    labelled.label = "x"
    assert freeze(plain).text == "Labelled{'a': 1}"
    assert freeze(labelled).text == "Labelled({'a': 1}, label='x')"


def test_freeze_ends_on_cycles() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    assert freeze(loop).text == "[1, <cycle 1>]"
    assert freeze({"a": loop}).text == "{'a': [1, <cycle 1>]}"

    class Node:
        def __init__(self) -> None:
            self.up = [self]

    node = Node()
    assert freeze(node).text.endswith("Node(up=[<cycle 2>])")


def test_freeze_writes_what_is_shared_twice_and_calls_it_no_cycle() -> None:
    part = [1]
    assert same([part, part], [[1], [1]])


def test_freeze_ends_on_what_unfolds_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smcheck._canonical.LIMIT_NODES", 100)
    value: list[Any] = []
    for _ in range(60):
        value = [value, value]
    text = freeze(value).text
    assert "<cut>" in text
    assert len(text) < 2_000


def test_freeze_goes_deeper_than_any_stack() -> None:
    deep: list[Any] = []
    other: list[Any] = [1]
    for _ in range(50_000):
        deep, other = [deep], [other]
    assert freeze(deep).text == "[" * 50_001 + "]" * 50_001
    assert not same(deep, other)
    while deep:  # taken apart by hand: the interpreter would recurse
        deep, other = deep.pop(), other.pop()


def test_freeze_takes_large_values() -> None:
    assert len(freeze(list(range(200_000))).text) == 1_488_890
    assert freeze(10**5000).text == hex(10**5000)
    assert freeze([10**5000, "x"]).text == f"[{hex(10**5000)}, 'x']"
    assert len(freeze(b"x" * 1_000_000).text) == 1_000_003


def test_freeze_takes_a_released_view() -> None:
    view = memoryview(b"x")
    view.release()
    assert freeze(view).text == "memoryview(<released>)"


def test_freeze_leaves_iterators_where_they_are() -> None:
    items = iter([1, 2])
    freeze([items])
    assert list(items) == [1, 2]


def test_freeze_keeps_what_was() -> None:
    value = {"a": [1]}
    before = freeze(value)
    value["a"].append(2)
    assert before.text == "{'a': [1]}"


def test_exception_shows_plain_arguments_without_addresses_and_paths() -> None:
    assert freeze_exception(ValueError("no", 3, b"x", (1, "a"))).text == (
        "raise ValueError('no', 3, b'x', (1, 'a'))"
    )
    assert (
        freeze_exception(OSError(2, "gone", "/tmp/x")).text == "raise FileNotFoundError(2, 'gone')"
    )
    assert freeze_exception(ValueError("at 0x7f", ["/a"], object())).text == (
        "raise ValueError(…, …, …)"
    )


def test_exception_of_another_type_is_another_outcome() -> None:
    class Missing(KeyError):
        pass

    assert freeze_exception(Missing("k")) != freeze_exception(KeyError("k"))


def test_attributes_come_past_properties() -> None:
    class Shy:
        __slots__ = ("_x", "unset")

        def __init__(self) -> None:
            self._x = 1

        @property
        def x(self) -> int:
            raise RuntimeError

    assert attributes_of(Shy()) == {"_x": 1}
    assert attributes_of(5) == {}


def test_type_name_is_qualified() -> None:
    assert type_name(OrderedDict()) == "OrderedDict"
    assert type_name(Point(1)) == "Point"


def test_shorten_marks_what_it_cuts() -> None:
    assert shorten("a" * 80) == "a" * 80
    assert shorten("a" * 81) == "a" * 79 + "…"
