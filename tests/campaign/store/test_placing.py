"""One row for one defect: what joins findings makes them one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.campaign.records import Status
from smcheck.campaign.store import Store
from tests.campaign.store.made import A, B, Clock, run, sighting, signature

ONE, TWO, THREE = map(signature, ("one", "two", "three"))


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the store."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Return a store that two runs have begun in."""
    with Store.open(tmp_path / "store", clock=clock) as store:
        for one in (A, B):
            store.begin_run(run(one))
        yield store


def test_another_signature_of_one_defect_is_an_alias(store: Store) -> None:
    store.note_finding(A, sighting(line="x=1"))
    assert store.note_finding(B, sighting("two", line="x=1")) is Status.KNOWN
    [found] = store.findings()
    assert (found.signatures, found.signature, found.count) == ((ONE, TWO), ONE, 2)
    assert found.finding.signature == ONE


def test_replay_by_an_alias_is_of_the_finding(store: Store) -> None:
    store.note_finding(A, sighting(line="x=1"))
    store.note_finding(A, sighting("two", line="x=1"))
    store.note_replay(B, "m.py:stock", TWO, "fixed")
    assert [f.status for f in store.findings()] == [Status.FIXED]


def test_signature_of_another_target_is_another_defect(store: Store) -> None:
    store.note_finding(A, sighting(line="x=1"))
    assert store.note_finding(A, sighting(line="x=1", target="m.py:other")) is Status.NEW
    assert len(store.findings()) == 2


def test_same_signature_is_the_same_whatever_the_traits(store: Store) -> None:
    store.note_finding(A, sighting(line="x=1"))
    store.note_finding(A, sighting(line="y=2", stint=(0, 1)))
    [found] = store.findings()
    assert [traits.line for traits in found.traits] == ["x=1", "y=2"]


def test_what_is_like_two_findings_makes_them_one(store: Store, clock: Clock) -> None:
    store.note_finding(A, sighting("one", line="x=1"))
    clock.now = 2000.0
    store.note_finding(A, sighting("two", line="y=2", stint=(0, 1)))
    store.note_replay(B, "m.py:stock", TWO, "fixed")
    # The signature of the second, with the look of the first.
    assert store.note_finding(B, sighting("two", line="x=1")) is Status.RETURNED
    [found] = store.findings()
    assert (found.signatures, found.count, found.sightings) == ((ONE, TWO), 3, (A, B))


def test_turn_that_met_both_of_what_is_one_counts_once(store: Store) -> None:
    store.note_finding(A, sighting("one", line="x=1"))
    store.note_finding(A, sighting("two", line="y=2"))
    store.note_finding(A, sighting("two", line="x=1"))
    assert [f.count for f in store.findings()] == [1]


def test_record_that_can_be_replayed_takes_the_place_of_one_that_cannot(store: Store) -> None:
    store.note_finding(A, sighting(witness=b""))
    store.note_finding(A, sighting(witness=b"first", stint=(0, 1)))
    store.note_finding(A, sighting(witness=b"second", stint=(0, 2)))
    assert [f.witness for f in store.findings()] == [b"first"]
