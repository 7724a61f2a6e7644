"""What the adapter of FSMs cannot call is refused with one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from smcheck import Entry, UsageError
from smcheck.adapters import raft_fsm
from smcheck.adapters.raft_fsm import arguments
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options

words = st.sampled_from(["a", "b"])


class Store:
    def apply(self, log: Any) -> object:
        return None

    def lookup(self, query: object) -> object:
        return None

    def snapshot(self) -> object:
        return b""

    def restore(self, source: Any) -> None:
        pass


class NoApply:
    lookup, snapshot, restore = Store.lookup, Store.snapshot, Store.restore


class NoRestore:
    apply, lookup, snapshot = Store.apply, Store.lookup, Store.snapshot


class ManyArguments(Store):
    def apply(self, index: int, data: bytes) -> object:  # type: ignore[override]  # wrong on purpose
        return None


class SnapshotOfSomething(Store):
    def snapshot(self, index: int) -> object:  # type: ignore[override]  # wrong on purpose
        return b""


class Async(Store):
    async def apply(self, log: Any) -> object:
        return None


class Batching(Store):
    def apply_batch(self, logs: list[Any]) -> list[object]:
        return [None] * len(logs)


class OddSnapshot(Store):
    def snapshot(self) -> object:
        return iter(())


class NoSnapshot(Store):
    def snapshot(self) -> object:
        return None


def make(kind: Any, **options: Any) -> Any:
    given: dict[str, Any] = {"commands": words, "queries": words} | options
    return raft_fsm.subject(kind, **given)


def prepare(kind: type) -> object:
    machine = make(kind).machine()
    machine.update(Entry(1, b""))
    return machine.prepare_snapshot()


def model_of_another_shape() -> object:
    subject = make(Store, model=dict)
    assert subject.model is not None
    return subject.model()


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no callable": (lambda: make(Store()), "raft_fsm.subject: expected a class or a function"),
    "no apply": (
        lambda: make(NoApply),
        "NoApply: expected an FSM with apply, got none: add apply(log), or apply_batch(logs)",
    ),
    "no restore": (
        lambda: make(NoRestore),
        "NoRestore: expected an FSM with restore, got none: add restore(source), "
        'or declare without={"snapshots"}',
    ),
    "no lookup": (
        lambda: make(Store, lookup="get"),
        "Store: expected an FSM with get, got none: check the spelling of the read method",
    ),
    "unknown read": (
        lambda: make(Store, queries={"keys": arguments()}),
        "Store: expected an FSM with keys, got none",
    ),
    "apply of two": (
        lambda: make(ManyArguments),
        "ManyArguments.apply: expected a method of one argument, got apply(self, index: 'int', "
        "data: 'bytes') -> 'object': wrap the class in one that has that form",
    ),
    "snapshot of one": (
        lambda: make(SnapshotOfSomething),
        "SnapshotOfSomething.snapshot: expected a method of no argument, got snapshot(self, ",
    ),
    "async apply": (
        lambda: make(Async),
        "Async.apply: expected a plain method, got an async one: wrap it in one that runs",
    ),
    "object without apply": (lambda: make(lambda: NoApply()).machine(), "NoApply: expected an FSM"),
    "batches from a function": (
        lambda: make(lambda: Batching()).machine(),
        "Batching: expected a factory that is a class, or batching=, for an FSM with apply_batch",
    ),
    "takes something else": (
        lambda: make(Store, takes="dict"),
        "expected takes to be one of log, data, value, got 'dict'",
    ),
    "command that is no JSON": (
        lambda: make(Store).encode(("a", b"b")),
        "expected bytes, str or JSON to be drawn, got ('a', b'b')",
    ),
    "snapshot that is nothing": (
        lambda: prepare(NoSnapshot),
        "NoSnapshot.snapshot: expected an object with persist(sink), bytes or plain data, "
        "got None: return one of these",
    ),
    "snapshot that is an iterator": (
        lambda: prepare(OddSnapshot),
        "OddSnapshot.snapshot: expected an object with persist(sink), bytes or plain data, got ",
    ),
    "model without a method": (
        model_of_another_shape,
        "dict: expected a model with apply, got none: add it",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_adapter_says_what_is_wrong(case: str) -> None:
    call, message = REFUSED[case]
    with pytest.raises(UsageError) as caught:
        call()
    assert message in str(caught.value)


def test_fsm_without_snapshots_needs_no_restore() -> None:
    assert make(NoRestore, without={"snapshots"}).without == {"snapshots"}


def test_batches_from_a_function_are_declared() -> None:
    assert make(lambda: Batching(), batching=True).profile == "hashicorp-raft-batching"
    assert make(Batching, batching=False).profile == "hashicorp-raft"


def test_check_ends_with_what_is_wrong() -> None:
    with pytest.raises(UsageError, match=r"NoSnapshot\.snapshot: expected an object"):
        check_subject(make(NoSnapshot), Options(max_examples=2, seed=1))
