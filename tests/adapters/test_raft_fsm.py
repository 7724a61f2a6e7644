"""The adapter makes a concurrent machine of an FSM and calls it as hashicorp/raft does."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from typing import Any, BinaryIO

import pytest
from hypothesis import find
from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Result, SnapshotAborted, Subject
from smcheck.adapters import raft_fsm
from smcheck.adapters.raft_fsm import Log, LogType, arguments

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


class Image:
    """A snapshot that notes what is done with it."""

    def __init__(self, data: dict[str, str], done: list[str]) -> None:
        self.data = dict(data)
        self.done = done

    def persist(self, sink: Any) -> None:
        self.done.append(f"persist to {type(sink.id).__name__}")
        sink.write(json.dumps(self.data).encode())
        sink.close()

    def release(self) -> None:
        self.done.append("release")


class Store:
    """A key-value FSM as hashicorp's examples write one."""

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.logs: list[Log] = []
        self.done: list[str] = []

    def apply(self, log: Log) -> object:
        self.logs.append(log)
        key, _, value = log.data.decode().partition("=")
        before = self.data.get(key)
        self.data[key] = value
        return before

    def lookup(self, key: str) -> object:
        return self.data.get(key)

    def size(self) -> int:
        return len(self.data)

    def snapshot(self) -> object:
        return Image(self.data, self.done)

    def restore(self, source: BinaryIO) -> None:
        self.data = json.load(source)


class Batching(Store):
    """The same, applied in lists."""

    def apply_batch(self, logs: Sequence[Log]) -> list[object]:
        return [self.apply(log) if log.type is LogType.COMMAND else "skipped" for log in logs]


def store_subject(kind: type = Store, **options: Any) -> Subject:
    pairs = st.builds("{}={}".format, words, words)
    given: dict[str, Any] = {"commands": pairs, "queries": words} | options
    return raft_fsm.subject(kind, **given)


def applied(machine: Any, *commands: bytes) -> list[Result]:
    return [machine.update(Entry(index, cmd)) for index, cmd in enumerate(commands, 1)]


def used(kind: type = Store) -> Any:
    """Return a machine that has applied one entry."""
    machine = store_subject(kind).machine()
    applied(machine, b"a=1")
    return machine


def image_of(machine: Any) -> bytes:
    writer = SlowWriter()
    machine.save_snapshot(machine.prepare_snapshot(), writer, [], None)
    return writer.data


def recovered(machine: Any, image: bytes) -> Any:
    machine.recover_from_snapshot(SlowReader(image), [], None)
    return machine


def test_subject_plays_the_profile_that_fits_the_class() -> None:
    plain, batching = store_subject(), store_subject(Batching)
    assert (plain.kind, plain.profile, plain.name) == ("concurrent", "hashicorp-raft", "Store")
    assert (batching.kind, batching.profile) == ("concurrent", "hashicorp-raft-batching")


def test_contract_test_has_the_families_that_the_library_can_show() -> None:
    tests = [name for name in vars(smcheck.contract_test(store_subject())) if name[:5] == "test_"]
    assert tests == [
        "test_updates",
        "test_determinism",
        "test_lookups",
        "test_snapshots",
        "test_recovery",
        "test_progress",
    ]


def test_subject_preempts_the_module_of_the_class() -> None:
    assert store_subject(trace=("more",)).trace == (Store.__module__.partition(".")[0], "more")


@pytest.mark.parametrize(
    ("drawn", "cmd"),
    [
        (b"a=\xff", b"a=\xff"),
        ("a=é", b"a=\xc3\xa9"),
        ({"op": "put"}, b'{"op":"put"}'),
        ([1, None], b"[1,null]"),
    ],
)
def test_command_is_bytes_text_or_json(drawn: object, cmd: bytes) -> None:
    encode = store_subject().encode
    assert encode is not None
    assert encode(drawn) == cmd


def test_apply_gets_an_entry_of_the_log_that_it_cannot_write() -> None:
    machine = store_subject().machine()
    machine.update(Entry(7, b"a=b"))
    [log] = machine.fsm.logs
    assert (log.index, log.term, log.type, log.data) == (7, 1, LogType.COMMAND, b"a=b")
    with pytest.raises(FrozenInstanceError):
        log.data = b""


def test_apply_gets_bytes_where_it_says_so() -> None:
    class Bytes(Store):
        def apply(self, data: bytes) -> object:  # type: ignore[override]  # another form
            return data[::-1]

    assert applied(store_subject(Bytes).machine(), b"ab") == [Result(0, b"b'ba'")]


def test_apply_gets_the_value_that_was_drawn() -> None:
    class Values(Store):
        def apply(self, log: object) -> object:
            return log

    subject = store_subject(Values, commands=st.just(("put", "a", 1.0)), takes="value")
    assert subject.encode is not None
    machine = subject.machine()
    cmd = subject.encode(("put", "a", 1.0))
    assert applied(machine, cmd, b"") == [Result(0, b"('put', 'a', 1.0)"), Result()]
    assert subject.text_of(cmd) == "('put', 'a', 1.0)"


def test_result_is_the_canonical_text_of_any_value() -> None:
    class Anything(Store):
        def apply(self, log: Log) -> object:
            return ValueError("refused") if log.index == 1 else {"b": {2, 1}, "a": None}

    assert applied(store_subject(Anything).machine(), b"", b"") == [
        Result(0, b"raise ValueError('refused')"),
        Result(0, b"{'a': None, 'b': {1, 2}}"),
    ]


def test_lookup_is_one_method_or_several_by_name() -> None:
    one, several = (
        store_subject(),
        store_subject(queries={"size": arguments(), "lookup": st.tuples(words)}),
    )
    machines = one.machine(), several.machine()
    for machine in machines:
        applied(machine, b"a=1")
    assert machines[0].lookup("a") == "1"
    assert machines[1].lookup(("size",)) == 1
    assert machines[1].lookup(("lookup", "a")) == "1"
    assert find(several.queries, lambda query: query == ("size",))


def test_lookup_method_may_have_another_name() -> None:
    class Getter(Store):
        get = Store.lookup
        lookup = None  # type: ignore[assignment]  # gone

    machine = store_subject(Getter, lookup="get").machine()
    assert machine.lookup("a") is None


def test_subject_without_queries_has_no_lookups() -> None:
    assert store_subject(queries=None).without == {"lookups"}
    assert store_subject(queries={}).without == {"lookups"}


def test_new_fsm_has_nothing_to_snapshot() -> None:
    with pytest.raises(SnapshotAborted):
        store_subject().machine().prepare_snapshot()


def test_snapshot_is_persisted_and_released_once() -> None:
    machine = used()
    image_of(machine)
    assert machine.fsm.done == ["persist to str", "release"]


def test_snapshot_that_was_never_persisted_is_released_before_the_next() -> None:
    machine = used()
    machine.prepare_snapshot()
    assert machine.fsm.done == []
    machine.prepare_snapshot()
    assert machine.fsm.done == ["release"]


def test_snapshot_is_released_when_persist_raises() -> None:
    class Failing(Image):
        def persist(self, sink: Any) -> None:
            raise OSError("disk full")

    class FailingStore(Store):
        def snapshot(self) -> object:
            return Failing(self.data, self.done)

    machine = used(FailingStore)
    with pytest.raises(OSError, match="disk full"):
        image_of(machine)
    assert machine.fsm.done == ["release"]


def test_restore_gets_a_stream_of_what_was_persisted() -> None:
    donor, fresh = store_subject().machine(), store_subject().machine()
    applied(donor, b"a=1", b"b=2")
    assert recovered(fresh, image_of(donor)).fsm.data == {"a": "1", "b": "2"}


def test_stream_can_be_read_by_lines_and_by_pickle_and_not_backwards() -> None:
    class Lines(Store):
        def snapshot(self) -> object:
            return pickle.dumps([1, 2]) + b"\n" + b"line\n"

        def restore(self, source: BinaryIO) -> None:
            self.read = [pickle.load(source), source.read(1), *source, source.seekable()]

    machine = used(Lines)
    assert recovered(machine, image_of(machine)).fsm.read == [[1, 2], b"\n", b"line\n", False]


@pytest.mark.parametrize("taken", [b"bytes", b"", {"a": (1, b"x")}, "text", [], 0])
def test_restore_gets_bytes_and_plain_data_back_as_they_were(taken: object) -> None:
    class Plain(Store):
        def snapshot(self) -> object:
            return taken

        def restore(self, data):  # type: ignore[no-untyped-def]  # says nothing on purpose
            self.restored = data

    machine = used(Plain)
    restored = recovered(machine, image_of(machine)).fsm.restored
    assert (type(restored), restored) == (type(taken), taken)


def test_restore_gets_the_bytes_of_what_was_persisted_where_it_says_so() -> None:
    class Bytes(Store):
        def restore(self, data: bytes) -> None:  # type: ignore[override]  # another form
            self.data = json.loads(data)

    donor = store_subject(Bytes).machine()
    applied(donor, b"a=1")
    assert recovered(donor, image_of(donor)).fsm.data == {"a": "1"}


def test_cancelled_snapshot_leaves_nothing_to_restore() -> None:
    class Cancelling(Image):
        def persist(self, sink: Any) -> None:
            super().persist(sink)
            sink.cancel()

    class CancellingStore(Store):
        def snapshot(self) -> object:
            return Cancelling(self.data, self.done)

        def restore(self, source: BinaryIO) -> None:
            self.restored = source.read()

    machine = used(CancellingStore)
    assert recovered(machine, image_of(machine)).fsm.restored == b""


def test_every_cut_of_an_image_is_refused_by_its_checksum() -> None:
    machine = store_subject().machine()
    applied(machine, b"a=1")
    image = image_of(machine)
    for length in range(len(image)):
        with pytest.raises(OSError, match="checksum"):
            recovered(store_subject().machine(), image[:length])


def test_batch_is_applied_as_a_list_and_answered_by_position() -> None:
    machine = store_subject(Batching).machine()
    entries = [Entry(1, b"a=1"), Entry(2, b"a=2")]
    assert machine.update(entries) is entries
    assert [entry.result for entry in entries] == [Result(0, b"None"), Result(0, b"'1'")]


@pytest.mark.parametrize(("answers", "returned"), [([1], 1), ([1, 2, 3], 3), (None, None)])
def test_batch_with_another_number_of_answers_is_passed_on(answers: Any, returned: Any) -> None:
    class Wrong(Store):
        def apply_batch(self, logs: Sequence[Log]) -> Any:
            return answers

    came = store_subject(Wrong).machine().update([Entry(1, b""), Entry(2, b"")])
    assert (came if came is None else len(came)) == returned


def test_configurations_stand_where_indexes_are_missing() -> None:
    machine = store_subject(Batching, configurations=True).machine()
    entries = [Entry(3, b"a=1"), Entry(5, b"a=2"), Entry(6, b"a=3")]
    machine.update(entries)
    assert [entry.result for entry in entries] == [
        Result(0, b"None"),
        Result(0, b"'1'"),
        Result(0, b"'2'"),
    ]
    assert [log.index for log in machine.fsm.logs] == [3, 5, 6]


def test_model_is_given_the_command_and_the_queries() -> None:
    class Plain:
        def __init__(self) -> None:
            self.data: dict[str, str] = {}

        def apply(self, data: bytes) -> object:
            key, _, value = data.decode().partition("=")
            before, self.data[key] = self.data.get(key), value
            return before

        def lookup(self, key: str) -> object:
            return self.data.get(key)

    make = store_subject(model=Plain).model
    assert make is not None
    model = make()
    assert [model.apply(b"a=1"), model.apply(b"a=2")] == [Result(0, b"None"), Result(0, b"'1'")]
    assert model.query("a") == "2"


def test_factory_gets_the_identity_that_it_names() -> None:
    class Named(Store):
        def __init__(self, replica_id: int) -> None:
            super().__init__()
            self.replica_id = replica_id

    subject = store_subject(Named)
    assert subject.factory_arguments() == {"replica_id"}
    assert subject.machine(replica_id=3).fsm.replica_id == 3
