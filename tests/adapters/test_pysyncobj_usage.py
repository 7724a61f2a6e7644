"""What the adapter cannot run is refused with one line that says what to do."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find
from hypothesis import strategies as st
from pysyncobj import SyncObj, SyncObjConf
from pysyncobj.batteries import ReplLockManager, ReplSet

from smcheck import UsageError
from smcheck.adapters import pysyncobj
from smcheck.adapters.pysyncobj import arguments

words = st.sampled_from(["a", "b"])


def model_of_another_shape() -> object:
    subject = pysyncobj.subject(ReplSet, commands={"add": arguments(words)}, reads={}, model=dict)
    assert subject.model is not None
    return subject.model()


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "unknown command": (
        lambda: pysyncobj.subject(ReplSet, commands={"ad": arguments()}, reads={}),
        "ReplSet: expected a class with every method that commands and reads name, "
        "got one without 'ad': check the spelling",
    ),
    "attribute that is no method": (
        lambda: pysyncobj.subject(ReplSet, commands={"__doc__": arguments()}, reads={}),
        "got one without '__doc__'",
    ),
    "unknown read": (
        lambda: pysyncobj.subject(
            ReplSet, commands={"pop": arguments()}, reads={"raw": arguments()}
        ),
        "got one without 'raw'",
    ),
    "command that is not replicated": (
        lambda: pysyncobj.subject(ReplSet, commands={"rawData": arguments()}, reads={}),
        "ReplSet.rawData: expected a replicated method, got one without @replicated: "
        "name it in reads, or decorate it",
    ),
    "read that is replicated": (
        lambda: pysyncobj.subject(
            ReplSet, commands={"pop": arguments()}, reads={"clear": arguments()}
        ),
        "ReplSet.clear: expected a method that only reads, got a replicated one",
    ),
    "no command": (
        lambda: pysyncobj.subject(ReplSet, commands={}, reads={"rawData": arguments()}),
        "expected at least one replicated method",
    ),
    "converter of nothing": (
        lambda: pysyncobj.subject(
            ReplSet, commands={"pop": arguments()}, reads={}, convert={"reset": [set]}
        ),
        "expected convert to name a command or a read, got 'reset'",
    ),
    "class of another kind": (
        lambda: pysyncobj.subject(ReplLockManager, commands={"release": arguments()}, reads={}),
        "ReplLockManager: expected a SyncObj or a SyncObjConsumer, got another type",
    ),
    "no callable": (
        lambda: pysyncobj.subject(
            ReplSet(),  # pyright: ignore[reportArgumentType]  # wrong on purpose
            commands={"pop": arguments()},
            reads={},
        ),
        "expected a class or a function",
    ),
    "object of another kind": (
        lambda: pysyncobj.subject(
            lambda: object(), commands={"pop": arguments()}, reads={}
        ).machine(),
        "object: expected a SyncObj or a SyncObjConsumer",
    ),
    "model without a method": (
        model_of_another_shape,
        "dict: expected a class with every method that commands and reads name, "
        "got one without 'add'",
    ),
    "own serialiser": (
        lambda: pysyncobj.subject(
            lambda: SyncObj(
                "localhost:1",
                [],
                SyncObjConf(serializer=print, deserializer=print, fullDumpFile="dump"),
            ),
            commands={"add": arguments()},
            reads={},
        ).machine(),
        "expected a SyncObjConf without serializer=",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_adapter_says_what_is_wrong(case: str) -> None:
    call, message = REFUSED[case]
    with pytest.raises(UsageError) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("drawn", "reads", "message"),
    [
        (st.just("a"), {}, "add: expected a tuple of arguments, got 'a'"),
        (
            st.tuples(words),
            {"__contains__": arguments(item=words)},
            "__contains__: expected positional arguments of a read, got {'item': 'a'}",
        ),
    ],
    ids=["no tuple", "read by keyword"],
)
def test_adapter_says_what_is_wrong_with_what_was_drawn(
    drawn: st.SearchStrategy[Any], reads: Any, message: str
) -> None:
    subject = pysyncobj.subject(ReplSet, commands={"add": drawn}, reads=reads)
    drawn = subject.queries if reads else subject.commands
    with pytest.raises(UsageError) as caught:
        find(drawn, lambda _: True)
    assert message in str(caught.value)


def test_adapter_says_that_pysyncobj_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pysyncobj(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pysyncobj":
            raise ModuleNotFoundError("No module named 'pysyncobj'", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pysyncobj)
    with pytest.raises(UsageError, match=r'run pip install "smcheck\[pysyncobj\]"'):
        pysyncobj.subject(ReplSet, commands={"pop": arguments()}, reads={})
