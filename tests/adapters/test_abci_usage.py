"""What the adapter of applications cannot call is refused with one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from smcheck import UsageError
from smcheck.adapters import abci
from smcheck.adapters.abci import Request

words = st.sampled_from(["a", "b"])


class Blocks:
    def finalize_block(self, request: Request) -> object:
        return {"tx_results": [{}] * len(request.txs)}


class OldBlocks:
    def deliver_tx(self, request: Request) -> object:
        return {}


class HalfOfSnapshots(Blocks):
    def list_snapshots(self) -> object:
        return []


class OddFields(Blocks):
    def check_tx(self, tx: bytes, sender: str) -> object:
        return {}


class ManyFields(Blocks):
    def commit(self, *parts: object) -> None:
        pass


class Async(Blocks):
    async def commit(self) -> None:
        pass


class NoMethod(Blocks):
    info = "a name"


def make(kind: Any, **options: Any) -> Any:
    given: dict[str, Any] = {"transactions": words} | options
    return abci.subject(kind, **given)


def make_blocks() -> OldBlocks:
    return OldBlocks()


def model_of_another_shape() -> object:
    subject = make(Blocks, model=dict)
    assert subject.model is not None
    return subject.model()


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no callable": (lambda: make(Blocks()), "abci.subject: expected a class or a function"),
    "older interface": (
        lambda: make(OldBlocks),
        "OldBlocks: expected an application with finalize_block, got none: "
        "add finalize_block(request), of ABCI 2.0",
    ),
    "older interface, said by a function": (
        lambda: make(make_blocks),
        "OldBlocks: expected an application with finalize_block",
    ),
    "older interface, made by a function": (
        lambda: make(lambda: OldBlocks(), without={"snapshots"}).machine(),
        "OldBlocks: expected an application with finalize_block",
    ),
    "no query": (
        lambda: make(Blocks, queries=words),
        "Blocks: expected an application with query, got none: add query(request), or leave",
    ),
    "half of the snapshots": (
        lambda: make(HalfOfSnapshots),
        "HalfOfSnapshots: expected an application with load_snapshot_chunk, got none: "
        'add all four methods of snapshots, or declare without={"snapshots"}',
    ),
    "fields of another name": (
        lambda: make(OddFields),
        "OddFields.check_tx: expected one request, or parameters named tx, type, got "
        "check_tx(self, tx: 'bytes', sender: 'str') -> 'object': name them so",
    ),
    "any number of fields": (
        lambda: make(ManyFields),
        "ManyFields.commit: expected one request, or parameters named no field, got commit(self, ",
    ),
    "async": (
        lambda: make(Async),
        "Async.commit: expected a plain method, got an async one: wrap it in one that runs",
    ),
    "no method": (lambda: make(NoMethod), "NoMethod.info: expected a method, got 'a name'"),
    "transaction of another type": (
        lambda: make(Blocks).encode([(1, b"")]),
        "expected bytes, str or JSON to be drawn, got (1, b'')",
    ),
    "model of another shape": (
        model_of_another_shape,
        "dict: expected a model with finalize_block, got none: add it",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_adapter_says_what_is_wrong(case: str) -> None:
    call, message = REFUSED[case]
    with pytest.raises(UsageError) as caught:
        call()
    assert message in str(caught.value)


def test_application_of_blocks_alone_has_neither_snapshots_nor_lookups() -> None:
    assert make(Blocks).without == {"snapshots", "lookups"}


def test_half_of_the_snapshots_may_be_declared_missing() -> None:
    assert make(HalfOfSnapshots, without={"snapshots"}).without == {"snapshots", "lookups"}
