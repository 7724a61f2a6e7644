"""How findings stand over runs and replays, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.campaign.records import Status
from smcheck.campaign.store import Store
from smcheck.errors import InternalError
from tests.campaign.store.made import TARGET, A, B, C, Clock, run, sighting, signature

ONE = signature("one")


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the store."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Return a store that three runs have begun in."""
    with Store.open(tmp_path / "store", clock=clock) as store:
        for one in (A, B, C):
            store.begin_run(run(one))
        yield store


def test_finding_is_read_as_it_was_noted(store: Store) -> None:
    met = sighting(stacks="Thread 1", witness=b"\x00\xffcase")
    store.note_finding(A, met)
    [found] = store.findings()
    assert (found.finding, found.subject, found.traits) == (met.finding, "stock", (met.traits,))
    assert (found.witness, found.stacks, found.target) == (b"\x00\xffcase", "Thread 1", TARGET)


def test_findings_of_one_name_are_read_alone(store: Store) -> None:
    for name in ("one", "two"):
        store.note_finding(A, sighting(name))
    store.note_finding(A, sighting(target="other.py:stock"))
    found = store.findings(signature=ONE)
    assert [(one.target, one.signature) for one in found] == [
        (TARGET, ONE), ("other.py:stock", ONE),
    ]  # fmt: skip
    assert [one.target for one in store.findings(TARGET, signature=ONE)] == [TARGET]
    assert store.count() == 3


def test_finding_is_new_for_the_run_that_met_it_first(store: Store) -> None:
    assert store.note_finding(A, sighting()) is Status.NEW
    assert store.note_finding(A, sighting(stint=(0, 1))) is Status.NEW
    assert [(f.status, f.count) for f in store.findings()] == [(Status.NEW, 2)]


def test_finding_is_known_in_a_later_run(store: Store) -> None:
    store.note_finding(A, sighting())
    assert store.note_finding(B, sighting()) is Status.KNOWN
    assert [f.status for f in store.findings()] == [Status.KNOWN]


def test_finding_stays_new_for_its_run_whatever_others_meet(store: Store) -> None:
    store.note_finding(A, sighting())
    store.note_finding(B, sighting())
    assert store.note_finding(A, sighting(stint=(0, 1))) is Status.NEW
    assert [f.status for f in store.findings()] == [Status.KNOWN]
    assert [met.status for met in store.met(A)] == [Status.NEW]
    assert [met.status for met in store.met(B)] == [Status.KNOWN]


def test_finding_that_was_fixed_returns(store: Store) -> None:
    store.note_finding(A, sighting())
    assert store.note_replay(B, TARGET, ONE, "fixed") is Status.FIXED
    assert store.note_finding(B, sighting()) is Status.RETURNED
    assert store.note_finding(B, sighting(stint=(0, 1))) is Status.RETURNED
    assert [f.status for f in store.findings()] == [Status.RETURNED]
    assert store.note_finding(C, sighting()) is Status.KNOWN
    assert [f.status for f in store.findings()] == [Status.KNOWN]


def test_finding_that_was_fixed_in_its_first_run_returns(store: Store) -> None:
    store.note_finding(A, sighting())
    store.note_replay(A, TARGET, ONE, "fixed")
    assert store.note_finding(A, sighting()) is Status.RETURNED


def test_finding_is_fixed_since_a_replay_first_failed_no_more(store: Store, clock: Clock) -> None:
    store.note_finding(A, sighting())
    for clock.now, run_id in ((2000.0, B), (3000.0, C)):
        store.note_replay(run_id, TARGET, ONE, "fixed")
    [found] = store.findings()
    assert (found.status, found.fixed_at, found.count) == (Status.FIXED, 2000.0, 1)


def test_finding_that_returned_is_not_fixed_at_any_time(store: Store) -> None:
    store.note_finding(A, sighting())
    store.note_replay(B, TARGET, ONE, "fixed")
    store.note_finding(B, sighting())
    assert [f.fixed_at for f in store.findings()] == [0.0]


def test_replay_that_still_fails_is_known_and_counts(store: Store) -> None:
    store.note_finding(A, sighting())
    assert store.note_replay(B, TARGET, ONE, "still fails") is Status.KNOWN
    [found] = store.findings()
    assert (found.count, found.replayed, found.sightings) == (2, "still fails", (A, B))


def test_replay_that_fails_again_after_it_was_fixed_returns(store: Store) -> None:
    store.note_finding(A, sighting())
    store.note_replay(B, TARGET, ONE, "fixed")
    assert store.note_replay(C, TARGET, ONE, "still fails") is Status.RETURNED


@pytest.mark.parametrize("outcome", ["fails differently", "cannot be replayed"])
def test_replay_that_says_neither_leaves_the_status(store: Store, outcome: str) -> None:
    store.note_finding(A, sighting())
    store.note_replay(B, TARGET, ONE, "fixed")
    assert store.note_replay(C, TARGET, ONE, outcome) is Status.FIXED
    assert [(f.status, f.replayed) for f in store.findings()] == [(Status.FIXED, outcome)]


def test_replay_of_what_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(InternalError, match="expected a finding of"):
        store.note_replay(A, TARGET, ONE, "fixed")


def test_turn_that_is_taken_again_counts_once(store: Store, clock: Clock) -> None:
    store.note_finding(A, sighting(stint=(1, 4)))
    clock.now = 2000.0
    store.note_finding(A, sighting(stint=(1, 4)))
    assert [(f.count, f.last_at) for f in store.findings()] == [(1, 1000.0)]


def test_finding_knows_when_it_was_met_first_and_last(store: Store, clock: Clock) -> None:
    for clock.now, run_id in ((1000.0, A), (2000.0, B), (3000.0, C)):
        store.note_finding(run_id, sighting())
    [found] = store.findings()
    assert (found.first_run, found.first_at) == (A, 1000.0)
    assert (found.last_run, found.last_at) == (C, 3000.0)


def test_order_of_what_happened_outlives_a_clock_that_is_set_back(
    store: Store, clock: Clock
) -> None:
    store.note_finding(A, sighting())
    clock.now = 500.0
    assert store.note_replay(B, TARGET, ONE, "fixed") is Status.FIXED
    assert store.note_finding(B, sighting("two", line="line of one")) is Status.RETURNED
    assert [f.signatures for f in store.findings()] == [(ONE, signature("two"))]


def test_met_tells_what_a_run_met_in_its_order(store: Store, clock: Clock) -> None:
    store.note_finding(A, sighting())
    clock.now = 1001.0
    store.note_finding(B, sighting("two", at_s=3.0, stint=(2, 1)))
    clock.now = 1002.0
    store.note_finding(B, sighting(at_s=4.0, stint=(2, 2)))
    told = [(one.signature, one.status, one.at_s, one.stint) for one in store.met(B)]
    assert told == [
        (signature("two"), Status.NEW, 3.0, (2, 1)), (ONE, Status.KNOWN, 4.0, (2, 2)),
    ]  # fmt: skip


def test_findings_of_one_target_are_those_alone(store: Store) -> None:
    store.note_finding(A, sighting())
    store.note_finding(A, sighting(target="m.py:other"))
    assert [f.target for f in store.findings("m.py:other")] == ["m.py:other"]


def test_texts_that_are_no_unicode_are_spelled_out(store: Store) -> None:
    odd = "m\udcff.py:a"
    store.note_finding(A, sighting(target=odd, subject="s\ud800", stacks="\udcfe\0"))
    [found] = store.findings(odd)
    assert (found.target, found.subject) == ("m\\udcff.py:a", "s\\ud800")
    assert found.stacks == "\\udcfe\0"
    assert store.note_replay(B, odd, ONE, "fixed") is Status.FIXED


def test_finding_of_a_run_that_was_not_begun_is_refused(store: Store) -> None:
    with pytest.raises(InternalError, match="expected a run and a finding"):
        store.note_finding("d" * 16, sighting())
    assert store.findings() == []
