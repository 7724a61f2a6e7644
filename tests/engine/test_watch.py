"""What counts as a change of a machine where the line of a write is looked for."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

from smcheck.engine.watch import digest


class Cache:
    def __init__(self, kind: type[dict[str, Any]]) -> None:
        self.items = kind(a=1, b=2)


@pytest.mark.parametrize("kind", [dict, OrderedDict])
def test_moving_a_key_is_a_change(kind: type[dict[str, Any]]) -> None:
    cache = Cache(kind)
    before = digest(cache)
    cache.items["a"] = cache.items.pop("a")
    assert digest(cache) != before


def test_moving_a_key_to_the_end_is_a_change() -> None:
    cache = Cache(OrderedDict)
    before = digest(cache)
    cache.items.move_to_end("a")  # type: ignore[attr-defined]
    assert digest(cache) != before
    cache.items.move_to_end("b")  # type: ignore[attr-defined]
    assert digest(cache) == before
