"""Which answers are looked at again: those with a part that can change."""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass
from typing import Any

import pytest

from smcheck.host.answers import may_change

Pair = namedtuple("Pair", "left right")


@dataclass
class Row:
    """A record that can change."""

    number: int = 0


@dataclass(frozen=True)
class Fixed:
    """A record that cannot."""

    number: int = 0


Odd = type("Odd", (), {"__class__": list, "__getattr__": lambda self, _: self})
"""Answers to everything, and is none of the containers that it says."""


CHANGING = [
    [], {}, set(), bytearray(), array("b"), deque(), OrderedDict(), Row(), (1, []),
    Pair(1, (2, {})), ((((Row(),),),),),
]  # fmt: skip
FIXED = [
    None, 1, "a", b"b", (), (1, (2, "c")), frozenset({1}), Fixed(), Pair(1, 2), Row, Odd(),
    iter([]), object(),
]  # fmt: skip


@pytest.mark.parametrize("answer", CHANGING, ids=repr)
def test_what_can_change_may(answer: Any) -> None:
    assert may_change(answer)


@pytest.mark.parametrize("answer", FIXED, ids=[str(n) for n in range(len(FIXED))])
def test_what_cannot_change_may_not(answer: Any) -> None:
    assert not may_change(answer)


def test_what_is_shared_many_times_is_looked_at_once() -> None:
    deep: tuple[Any, ...] = ()
    for _ in range(200):
        deep = (deep, deep)
    assert not may_change(deep)
