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


FSM = PROFILES["hashicorp-raft"][Kind.CONCURRENT]
ABCI = PROFILES["cometbft"][Kind.CONCURRENT]


def test_hashicorp_raft_persists_beside_apply_and_reads_beside_everything() -> None:
    assert FSM.may_overlap("save", "update")
    assert not FSM.may_overlap("prepare", "update")
    assert not FSM.may_overlap("save", "recover")
    reads = ("lookup", "update", "prepare", "save", "recover")
    assert all(FSM.may_overlap("lookup", other) for other in reads)


def test_hashicorp_raft_loses_a_snapshot_that_fails_and_nothing_else() -> None:
    assert [name for name in ("prepare", "save", "recover", "update") if FSM.only_drops(name)] == [
        "prepare",
        "save",
    ]
    assert not any(DRAGONBOAT[kind].only_drops("save") for kind in Kind)


def test_hashicorp_raft_has_an_fsm_for_batches_that_is_called_alike() -> None:
    batching = PROFILES["hashicorp-raft-batching"][Kind.CONCURRENT]
    assert (FSM.batches, batching.batches) == (False, True)
    assert batching.beside == FSM.beside


def test_cometbft_checks_transactions_beside_a_block_but_not_beside_its_commit() -> None:
    assert ABCI.may_overlap("check_tx", "update")
    assert not ABCI.may_overlap("check_tx", "commit")
    assert ABCI.may_overlap("lookup", "commit")


def test_cometbft_makes_one_call_at_a_time_on_each_connection() -> None:
    apart = ["lookup lookup", "check_tx check_tx", "update commit", "prepare save", "save save"]
    assert not any(ABCI.may_overlap(*pair.split()) for pair in apart)


@pytest.mark.parametrize(
    ("query", "operation"),
    [
        (("check_tx", b"a"), "check_tx"),
        (("checks", b"a"), "lookup"),
        (["check_tx", b"a"], "lookup"),
        ((), "lookup"),
        ("check_tx", "lookup"),
    ],
)
def test_query_names_a_read_with_a_row_of_its_own(query: object, operation: str) -> None:
    assert ABCI.read_of(query) == operation
    assert FSM.read_of(query) == "lookup"


def test_hosts_lack_what_they_never_do() -> None:
    assert DRAGONBOAT[Kind.CONCURRENT].lacks == {"retries"}
    assert DRAGONBOAT[Kind.REGULAR].lacks == {"batches", "retries"}
    assert DRAGONBOAT[Kind.ON_DISK].lacks == {"files", "retries"}
    assert FSM.lacks == {"batches", "close", "reuse", "raw images", "files", "stop", "retries"}
    assert ABCI.lacks == FSM.lacks | {"replacement"}


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
