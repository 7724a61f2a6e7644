"""Classes whose metaclass has an equality of its own, and therefore no hash, are classes too."""

from __future__ import annotations

from functools import partial

from smcheck._types import kept_by_type
from smcheck.runtime.edges import edges
from smcheck.runtime.scan import scan
from smcheck.runtime.stand_ins import StandIns
from smcheck.values import freeze


class Equal(type):
    """Its classes are equal when they have one name."""

    def __eq__(cls, other: object) -> bool:
        return isinstance(other, type) and cls.__name__ == other.__name__


class Unhashable(metaclass=Equal):
    """Its class cannot be a member of a set."""

    def __init__(self) -> None:
        self.part = [1]


def test_instances_are_frozen() -> None:
    assert freeze([Unhashable()]) == freeze([Unhashable()])


def test_references_are_found_and_scanned() -> None:
    it = Unhashable()
    assert [edge.value for edge in edges(it)] == [[1]]
    found = scan([("it", {"a": it, "b": Unhashable, "c": partial(print, it)})], StandIns(),
                 is_own=lambda _: True)  # fmt: skip
    assert found.left == []


def test_what_is_kept_is_told_apart_by_identity() -> None:
    doc = kept_by_type(lambda cls: cls.__doc__)
    other = Equal("Unhashable", (), {"__doc__": "another"})
    assert doc(Unhashable) == doc(Unhashable) == Unhashable.__doc__
    assert doc(other) == "another"
