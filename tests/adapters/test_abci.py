"""The adapter makes a concurrent machine of an ABCI application and calls it as CometBFT does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import find
from hypothesis import strategies as st

from smcheck import Entry, Result, SnapshotAborted, Subject
from smcheck.adapters import abci
from smcheck.adapters._abci_machine import Refused
from smcheck.adapters._abci_shape import verdict
from smcheck.adapters.abci import Request, Snapshot

words = st.sampled_from(["a", "b"])


class SlowWriter:
    """Take one byte of each write."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data[:1]
        return 1


class SlowReader:
    """Give one byte for each read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, n: int = -1) -> bytes:
        head, self._data = self._data[:1], self._data[1:]
        return head


@dataclass
class TxResult:
    """A result as an object, with fields on which nodes need not agree."""

    code: int = 0
    data: bytes = b""
    log: str = ""
    info: str = ""
    gas_wanted: int = 0
    gas_used: int = 0
    events: Sequence[object] = ()


class App:
    """An application that notes what it is asked."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.asked: list[Request] = []
        self.height = 0
        self.listed: list[object] = []
        self.app_hash = b"h0"

    def _note(self, name: str, request: Any = None) -> None:
        self.calls.append(name)
        if request is not None:
            self.asked.append(request)

    def info(self, request: Request) -> object:
        self._note("info")
        return SimpleNamespace(last_block_height=self.height, last_block_app_hash=self.app_hash)

    def init_chain(self, request: Request) -> object:
        self._note("init_chain", request)
        return {"app_hash": self.app_hash}

    def check_tx(self, tx: bytes) -> object:
        self._note(f"check_tx {tx!r}")
        return {"code": 1}

    def finalize_block(self, request: Request) -> object:
        self._note("finalize_block", request)
        self.app_hash = b"h%d" % request.height
        results = [TxResult(data=tx, log="a log", gas_used=2, events=[1]) for tx in request.txs]
        return {"tx_results": results, "app_hash": self.app_hash}

    def commit(self) -> None:
        self._note("commit")
        self.height += 1

    def query(self, path: str, data: bytes) -> object:
        return {"value": (path, data), "log": "a log", "code": 0}

    def list_snapshots(self) -> object:
        return {"snapshots": self.listed}

    def load_snapshot_chunk(self, request: Request) -> object:
        if request.height == 3:
            return {"chunk": None}
        return SimpleNamespace(chunk=b"%d/%d" % (request.height, request.chunk))

    def offer_snapshot(self, snapshot: Snapshot, app_hash: bytes) -> object:
        self._note(f"offer {snapshot.height} {app_hash!r}")
        self.height, self.app_hash = snapshot.height, app_hash
        return "ACCEPT"

    def apply_snapshot_chunk(self, index: int, chunk: bytes) -> object:
        self._note(f"apply {index} {chunk!r}")
        return 1


class Proposing(App):
    """Has proposals too, and rejects blocks with the transaction ``bad``."""

    def prepare_proposal(self, request: Request) -> object:
        self._note("prepare_proposal")
        return request.txs[:1]

    def process_proposal(self, request: Request) -> object:
        self._note(f"process_proposal {len(request.txs)}", request)
        return b"bad" not in request.txs


def app_subject(kind: type = App, **options: Any) -> Subject:
    given: dict[str, Any] = {"transactions": words, "queries": words} | options
    return abci.subject(kind, **given)


def started(kind: type = App, **identity: Any) -> Any:
    machine = app_subject(kind).machine(**identity)
    machine.open(None)
    return machine


def applied(machine: Any, *blocks: Sequence[bytes]) -> list[Result]:
    subject = app_subject()
    assert subject.encode is not None
    results = []
    for number, block in enumerate(blocks, 1):
        results.append(machine.update(Entry(number, subject.encode(block))))
        machine.commit()
    return results


def image_of(machine: Any) -> bytes:
    writer = SlowWriter()
    machine.save_snapshot(machine.prepare_snapshot(), writer, [], None)
    return writer.data


def test_subject_plays_the_cometbft_profile() -> None:
    subject = app_subject()
    assert (subject.kind, subject.profile, subject.name) == ("concurrent", "cometbft", "App")
    assert subject.trace == (App.__module__.partition(".")[0],)
    assert subject.without == frozenset()


def test_block_is_a_list_of_transactions() -> None:
    subject = app_subject()
    assert subject.encode is not None
    cmd = subject.encode([b"a", "é", {"k": 1}])
    assert subject.text_of(cmd) == 'block [a, é, {"k":1}]'
    assert subject.text_of(b"") == "block []"
    assert find(subject.commands, lambda block: block == [b"a", b"b"])


def test_chain_begins_with_info_and_init_chain() -> None:
    machine = app_subject(genesis=b"{}").machine()
    assert machine.open(None) == 0
    assert machine.app.calls == ["info", "init_chain"]
    [request] = machine.app.asked
    assert (request.app_state_bytes, request.chain_id, request.initial_height) == (
        b"{}",
        "smcheck",
        1,
    )


def test_blocks_are_finalized_and_committed_at_heights_without_gaps() -> None:
    machine = started()
    machine.app.asked.clear()
    applied(machine, [b"a"], [], [b"a", b"b"])
    assert machine.app.calls[2:] == ["finalize_block", "commit"] * 3
    assert [request.height for request in machine.app.asked] == [1, 2, 3]
    assert [request.txs for request in machine.app.asked] == [[b"a"], [], [b"a", b"b"]]
    assert [request.time for request in machine.app.asked] == [
        1_700_000_001,
        1_700_000_002,
        1_700_000_003,
    ]


def test_result_is_what_nodes_must_agree_on() -> None:
    assert applied(started(), [b"a"], []) == [
        Result(0, b"[{'data': b'a', 'gas_used': 2}]"),
        Result(0, b"[]"),
    ]


def test_result_holds_updates_of_validators() -> None:
    class Updating(App):
        def finalize_block(self, request: Request) -> object:
            return {"validator_updates": [("v", 3)], "tx_results": ()}

    assert applied(started(Updating), []) == [Result(0, b"[{'validator_updates': [('v', 3)]}]")]


def test_another_number_of_results_is_refused() -> None:
    class Short(App):
        def finalize_block(self, request: Request) -> object:
            return {"tx_results": [TxResult()]}

    with pytest.raises(Refused, match="gave 1 tx_results to 2 transactions"):
        applied(started(Short), [b"a", b"b"])


def test_hash_is_the_app_hash_of_the_last_committed_block() -> None:
    machine = started()
    before = machine.get_hash()
    machine.update(Entry(1, b""))
    between = machine.get_hash()
    machine.commit()
    assert (before, between, machine.get_hash()) == (
        0xDB87_CEE5_2504_CA57,  # sha256(b"h0")[:8]
        0xDB87_CEE5_2504_CA57,
        0x3311_2EE1_4EE4_69C3,  # sha256(b"h1")[:8]
    )


def test_rejected_block_is_not_finalized_and_takes_no_height() -> None:
    machine = started(Proposing, replica_id=3)
    machine.app.calls.clear()
    results = applied(machine, [b"bad"], [b"a"])
    assert results == [Result(1, b"rejected"), Result(0, b"[{'data': b'a', 'gas_used': 2}]")]
    assert machine.app.calls == [
        "process_proposal 1",
        "process_proposal 1",
        "finalize_block",
        "commit",
    ]
    assert machine.app.height == 1


def test_block_is_processed_and_finalized_under_one_hash() -> None:
    machine = started(Proposing, replica_id=3)
    machine.app.asked.clear()
    applied(machine, [b"a"])
    processed, finalized = machine.app.asked
    assert processed.hash == finalized.hash
    assert len(processed.hash) == 32


def test_who_proposes_depends_on_the_replica() -> None:
    subject = app_subject(Proposing)
    assert subject.factory_arguments() == {"replica_id"}
    proposed = {}
    for replica_id in (1, 2, 3):
        machine = started(Proposing, replica_id=replica_id)
        applied(machine, [b"a", b"b"], [b"a", b"b"], [b"a", b"b"])
        proposed[replica_id] = [
            machine.app.calls[: machine.app.calls.index("prepare_proposal")].count("commit"),
            machine.app.calls.count("prepare_proposal"),
            machine.app.calls.count("process_proposal 1"),
            machine.app.calls.count("process_proposal 2"),
        ]
    assert proposed == {1: [0, 1, 1, 3], 2: [1, 1, 1, 3], 3: [2, 1, 1, 3]}


def test_application_without_proposals_is_not_told_which_replica_it_is() -> None:
    assert app_subject().factory_arguments() == frozenset()


def test_factory_gets_the_identity_that_it_names() -> None:
    class Named(Proposing):
        def __init__(self, replica_id: int) -> None:
            super().__init__()
            self.replica_id = replica_id

    assert app_subject(Named).machine(replica_id=3).app.replica_id == 3


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("/path", ("/path", b"")),
        (b"data", ("", b"data")),
        (("/path", b"data"), ("/path", b"data")),
        ({"data": b"x", "path": "/p"}, ("/p", b"x")),
    ],
)
def test_query_is_a_path_data_both_or_fields(asked: object, value: object) -> None:
    assert started().lookup(("query", asked)) == {"value": value}


def test_answer_may_come_bare() -> None:
    class Bare(App):
        def query(self, request: Request) -> object:  # type: ignore[override]  # another form
            return [request.path]

    assert started(Bare).lookup(("query", "a")) == ["a"]


def test_answers_of_info_are_heights_and_those_of_check_tx_none() -> None:
    machine = started()
    applied(machine, [b"a"])
    assert machine.lookup(("info",)) == 1
    assert machine.lookup(("check_tx", b"a")) is None
    assert machine.app.calls[-1] == "check_tx b'a'"


def test_queries_are_drawn_with_info_and_checks() -> None:
    subject = app_subject()
    wanted = [("query", "b"), ("info",), ("check_tx", b"a")]
    assert [find(subject.queries, query.__eq__) for query in wanted] == wanted


def test_checks_can_be_left_out() -> None:
    class Silent:
        finalize_block, check_tx = App.finalize_block, App.check_tx

    with_checks = abci.subject(Silent, transactions=words)
    without = abci.subject(Silent, transactions=words, checks=False)
    assert (with_checks.without, without.without) == (
        {"snapshots"},
        {"snapshots", "lookups"},
    )


def test_newest_snapshot_of_a_committed_height_is_taken_with_the_blocks_behind() -> None:
    machine = started()
    applied(machine, [b"a"], [b"b"], [], [b"c"])
    machine.app.listed = [Snapshot(1), {"height": 2, "chunks": 3}, Snapshot(9)]
    listed = machine.prepare_snapshot()
    assert (listed.snapshot, listed.app_hash) == (Snapshot(2, chunks=3), b"h2")
    assert len(listed.blocks) == 2


def test_snapshot_is_dropped_where_none_is_listed_or_a_chunk_is_gone() -> None:
    machine = started()
    applied(machine, [b"a"], [b"b"], [b"c"])
    with pytest.raises(SnapshotAborted, match="no snapshot is listed up to height 3"):
        machine.prepare_snapshot()
    machine.app.listed = [Snapshot(3)]
    with pytest.raises(SnapshotAborted, match="chunk 0 of height 3 is gone"):
        image_of(machine)


@pytest.mark.parametrize("gone", [None, b"", {}, {"chunk": b""}, SimpleNamespace(chunk=b"")])
def test_snapshot_of_which_a_chunk_is_empty_is_dropped(gone: object) -> None:
    class Pruned(App):
        def load_snapshot_chunk(self, request: Request) -> object:
            return gone

    machine = started(Pruned)
    applied(machine, [b"a"])
    machine.app.listed = [Snapshot(1)]
    with pytest.raises(SnapshotAborted, match="chunk 0 of height 1 is gone"):
        image_of(machine)


@pytest.mark.parametrize("given", [b"x", bytearray(b"x"), memoryview(b"x")])
def test_chunk_may_come_bare(given: object) -> None:
    class Bare(App):
        def load_snapshot_chunk(self, request: Request) -> object:
            return given

    machine = started(Bare)
    applied(machine, [b"a"])
    machine.app.listed = [Snapshot(1)]
    assert synced(machine).app.calls[1] == "apply 0 b'x'"


def synced(donor: Any, kind: type = App) -> Any:
    machine = app_subject(kind).machine()
    machine.recover_from_snapshot(SlowReader(image_of(donor)), [], None)
    return machine


def test_new_node_is_synced_without_init_chain_and_given_the_blocks_behind() -> None:
    donor = started()
    applied(donor, [b"a"], [b"b"], [b"c"])
    donor.app.listed = [Snapshot(2, chunks=2)]
    machine = synced(donor)
    assert machine.app.calls == [
        "offer 2 b'h2'",
        "apply 0 b'2/0'",
        "apply 1 b'2/1'",
        "info",
        "finalize_block",
        "commit",
    ]
    assert machine.app.asked[-1].height == 3
    assert machine.get_hash() == donor.get_hash()


def test_synced_node_hands_out_later_snapshots() -> None:
    donor = started()
    applied(donor, [b"a"], [b"b"])
    donor.app.listed = [Snapshot(2)]
    machine = synced(donor)
    applied(machine, [b"c"])
    machine.app.listed = [Snapshot(1), Snapshot(2), Snapshot(3)]
    machine.app.listed.pop()
    listed = machine.prepare_snapshot()
    assert (listed.snapshot.height, len(listed.blocks)) == (2, 1)


def test_snapshot_that_is_not_accepted_is_refused() -> None:
    class Picky(App):
        def apply_snapshot_chunk(self, index: int, chunk: bytes) -> object:
            return SimpleNamespace(result=5)

    donor = started()
    applied(donor, [b"a"])
    donor.app.listed = [Snapshot(1)]
    with pytest.raises(Refused, match="apply_snapshot_chunk 0 answered 5"):
        synced(donor, Picky)


def test_sync_that_ends_with_another_app_hash_is_refused() -> None:
    class Forgetful(App):
        def apply_snapshot_chunk(self, index: int, chunk: bytes) -> object:
            self.app_hash = b"other"
            return True

    donor = started()
    applied(donor, [b"a"])
    donor.app.listed = [Snapshot(1)]
    with pytest.raises(Refused, match="info tells height 1 and app hash 6f74686572, expected 1"):
        synced(donor, Forgetful)


class Word(Enum):
    ACCEPT = "accept"
    REJECT = "reject"


class Number(IntEnum):
    ACCEPT = 1


@pytest.mark.parametrize(
    ("response", "word"),
    [
        (True, "ACCEPT"), (1, "ACCEPT"), ("accept", "ACCEPT"), ({"result": 1}, "ACCEPT"),
        (SimpleNamespace(result=Word.ACCEPT), "ACCEPT"), (Number.ACCEPT, "ACCEPT"),
        (Word.ACCEPT, "ACCEPT"), (Word.REJECT, "REJECT"),
        (False, "REJECT"), (2, "REJECT"), (SimpleNamespace(result=Word.REJECT), "REJECT"),
        (None, "UNKNOWN"), ({}, "UNKNOWN"), (0, "UNKNOWN"), ({"result": 4}, "4"),
    ],
)  # fmt: skip
def test_verdict_comes_in_many_forms(response: object, word: str) -> None:
    assert verdict(response, "result") == word


def test_bare_enum_accepts_proposals_and_snapshots() -> None:
    class Worded(Proposing):
        def process_proposal(self, request: Request) -> object:
            return Word.REJECT if b"bad" in request.txs else Word.ACCEPT

        def offer_snapshot(self, snapshot: Snapshot, app_hash: bytes) -> object:
            super().offer_snapshot(snapshot, app_hash)
            return Word.ACCEPT

        def apply_snapshot_chunk(self, index: int, chunk: bytes) -> object:
            return Word.ACCEPT

    donor = started(Worded)
    results = applied(donor, [b"bad"], [b"a"])
    donor.app.listed = [Snapshot(1)]
    assert [result.value for result in results] == [1, 0]
    assert synced(donor, Worded).get_hash() == donor.get_hash()


def test_proposal_that_is_neither_accepted_nor_rejected_is_refused() -> None:
    class Undecided(App):
        def process_proposal(self, request: Request) -> object:
            return None

    with pytest.raises(Refused, match="process_proposal answered UNKNOWN"):
        applied(started(Undecided), [b"a"])


def test_model_is_an_application_in_the_same_form() -> None:
    class Plain:
        def __init__(self) -> None:
            self.seen: list[bytes] = []

        def finalize_block(self, txs: list[bytes]) -> object:
            self.seen += txs
            return {"tx_results": [{"code": len(self.seen)} for _ in txs]}

        def query(self, path: str) -> object:
            return {"value": len(self.seen)}

    subject = app_subject(model=Plain)
    assert subject.model is not None
    assert subject.encode is not None
    model = subject.model()
    assert model.apply(subject.encode([b"a", b"b"])) == Result(0, b"[{'code': 2}, {'code': 2}]")
    assert model.query(("query", "a")) == {"value": 2}
