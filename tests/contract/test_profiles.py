"""Profiles: which calls a library lets overlap, against the rulings on the noted cells."""

from __future__ import annotations

import pytest

from smcheck.contract.profiles import PROFILES, Kind, kind_of

DRAGONBOAT = PROFILES["dragonboat"]


@pytest.mark.parametrize("kind", Kind)
def test_lookup_runs_beside_close_for_every_kind(kind: Kind) -> None:
    assert DRAGONBOAT[kind].may_overlap("lookup", "close")
    assert DRAGONBOAT[kind].may_overlap("close", "lookup")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "pair", ["update update", "update recover", "save recover", "hash close", "update hash"]
)
def test_no_kind_overlaps_what_the_library_keeps_apart(kind: Kind, pair: str) -> None:
    assert not DRAGONBOAT[kind].may_overlap(*pair.split())


@pytest.mark.parametrize(
    ("pair", "kinds"),
    [
        ("lookup update", {Kind.CONCURRENT, Kind.ON_DISK}),
        ("lookup recover", {Kind.CONCURRENT, Kind.ON_DISK}),
        ("save update", {Kind.CONCURRENT, Kind.ON_DISK}),
        ("prepare update", set()),
        ("lookup save", set(Kind)),
        ("save sync", {Kind.ON_DISK}),
    ],
)
def test_kinds_differ_in_what_may_overlap(pair: str, kinds: set[Kind]) -> None:
    assert {kind for kind in Kind if DRAGONBOAT[kind].may_overlap(*pair.split())} == kinds


@pytest.mark.parametrize(
    ("without", "kinds"),
    [
        ({"lookups"}, set(Kind)),
        ({"lookups", "hash"}, {Kind.CONCURRENT, Kind.ON_DISK}),
        ({"snapshots", "hash"}, set(Kind)),
        ({"lookups", "snapshots", "hash"}, set()),
    ],
)
def test_nothing_overlaps_where_what_may_is_missing(without: set[str], kinds: set[Kind]) -> None:
    assert {kind for kind in Kind if DRAGONBOAT[kind].has_overlaps(without)} == kinds


def test_pysyncobj_locks_no_lookup_out() -> None:
    profile = PROFILES["pysyncobj"][Kind.REGULAR]
    assert profile.may_overlap("lookup", "update")
    assert not profile.may_overlap("save", "update")


def test_kind_is_found_from_the_methods() -> None:
    class Regular:
        def update(self) -> None: ...

    class Concurrent(Regular):
        def prepare_snapshot(self) -> None: ...

    class OnDisk(Concurrent):
        def open(self) -> None: ...

        def sync(self) -> None: ...

    assert [kind_of(c()) for c in (Regular, Concurrent, OnDisk)] == list(Kind)
    assert kind_of(OnDisk) is Kind.ON_DISK
