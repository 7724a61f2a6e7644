"""What counts as a change of a machine where the line of a write is looked for."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from smcheck.engine.watch import digest


class Cache:
    def __init__(self, **items: int) -> None:
        self.items: dict[str, Any] = OrderedDict(items)


def test_moving_a_key_is_a_change() -> None:
    assert digest(Cache(a=1, b=2)) == digest(Cache(a=1, b=2))
    assert digest(Cache(a=1, b=2)) != digest(Cache(b=2, a=1))
    assert digest(Cache(a=1, b=2)) != digest(Cache(a=1, b=3))
