"""Canonical texts of values that raise from all of their methods: none of them runs."""

from __future__ import annotations

import datetime
import decimal
import enum
from collections import OrderedDict, deque
from typing import Any

import pytest

from smcheck.values import freeze, freeze_exception


def _refuse(self: object, *args: object) -> Any:
    raise RuntimeError("code of the value ran")


_CODE = (
    "__repr__", "__str__", "__eq__", "__hash__", "__len__", "__iter__", "__getitem__", "__bool__",
    "__contains__", "__getattribute__", "__getattr__", "__format__", "__lt__", "__sizeof__",
    "__reduce__", "__copy__", "__call__", "__next__", "__index__", "__int__", "__float__",
    "__bytes__", "__buffer__", "items", "keys", "values", "__fspath__", "name", "args", "isoformat",
)  # fmt: skip


def hostile(base: type, *args: object) -> Any:
    """Return an instance of a subclass of ``base`` whose every method raises."""
    names = [name for name in _CODE if not (name == "name" and base is enum.Enum)]
    members: dict[str, Any] = dict.fromkeys(names, _refuse)
    members["__class__"] = property(_refuse)
    members["__dict__"] = property(_refuse)
    return type("Hostile", (base,), members)(*args)


@pytest.mark.parametrize(
    ("base", "args", "text"),
    [
        (object, (), "<Hostile>"),
        (int, (5,), "Hostile(5)"),
        (float, (0.5,), "Hostile(0.5)"),
        (str, ("a",), "Hostile('a')"),
        (bytes, (b"a",), "Hostile(b'a')"),
        (bytearray, (b"a",), "Hostile(b'a')"),
        (list, ([1],), "Hostile[1]"),
        (tuple, ([1, 2],), "Hostile(1, 2)"),
        (dict, ({"a": 1},), "Hostile{'a': 1}"),
        (OrderedDict, ((),), "Hostile{}"),
        (set, ([1],), "Hostile{1}"),
        (frozenset, ([1],), "Hostile{1}"),
        (deque, ([1],), "Hostile[1]"),
        (complex, (1j,), "Hostile(1j)"),
        (decimal.Decimal, ("1",), "Hostile(Decimal('1'))"),
        (datetime.date, (2024, 1, 2), "Hostile(2024, 1, 2)"),
        (KeyError, ("k",), "Hostile('k')"),
        (datetime.tzinfo, (), "<Hostile>"),
    ],
)
def test_freeze_runs_no_code_of_the_value(base: type, args: tuple[Any, ...], text: str) -> None:
    value = hostile(base, *args)
    assert freeze(value).text == text
    assert freeze([value]).text == f"[{text}]"


def test_freeze_runs_no_code_of_members_and_keys() -> None:
    class Key:
        def __init__(self) -> None:
            self.n = 1

        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            raise RuntimeError

    name = Key.__qualname__
    assert freeze({Key(): {Key()}}).text == f"{{{name}(n=1): {{{name}(n=1)}}}}"


def test_freeze_runs_no_code_of_a_metaclass() -> None:
    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            raise RuntimeError

        def __instancecheck__(cls, instance: object) -> bool:
            raise RuntimeError

        def __subclasscheck__(cls, subclass: type) -> bool:
            raise RuntimeError

    kind: Any = Meta("Odd", (), {"__slots__": ("x",)})
    value: Any = object.__new__(kind)
    assert freeze(value).text == "<Odd>"
    value.x = 1
    assert freeze(value).text == "Odd(x=1)"
    assert freeze(kind).text == "<class Odd>"


def test_freeze_asks_no_time_zone_for_its_text() -> None:
    moment = datetime.datetime(2024, 1, 2, tzinfo=hostile(datetime.tzinfo))
    assert freeze(moment).text == "datetime(2024, 1, 2, 0, 0, 0, 0, 0, <Hostile>)"


def test_recursion_errors_are_equal_wherever_the_stack_ended() -> None:
    one = RecursionError("maximum recursion depth exceeded")
    other = RecursionError("maximum recursion depth exceeded while calling a Python object")
    assert freeze_exception(one) == freeze_exception(other)
