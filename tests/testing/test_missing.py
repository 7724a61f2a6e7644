"""A method that is not there, or cannot be called so, is one line before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

import smcheck
from smcheck import Subject, UsageError
from smcheck.contract.types import ConcurrentStateMachine, OnDiskStateMachine, StateMachine
from tests.testing import machines

KINDS: dict[str, type[Any]] = {
    "regular": StateMachine, "concurrent": ConcurrentStateMachine, "on-disk": OnDiskStateMachine,
}  # fmt: skip
METHODS = [
    (kind, name) for kind, form in KINDS.items() for name in vars(form) if not name.startswith("_")
]
CAPABILITIES = {
    "lookup": "lookups", "prepare_snapshot": "snapshots", "save_snapshot": "snapshots",
    "recover_from_snapshot": "snapshots",
}  # fmt: skip


def machine_of(kind: str, **changes: Any) -> type[Any]:
    """Return a class with the bare methods of a kind, some of them changed or taken away."""
    methods = {name: method for name, method in vars(KINDS[kind]).items() if name[0] != "_"}
    methods |= changes
    made = {name: method for name, method in methods.items() if method is not None}
    return type("Bare", (), made)


def refusal(machine: Any, **fields: Any) -> str:
    """Return the one line with which a machine is refused."""
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries, **fields
    )
    with pytest.raises(UsageError) as refused:
        smcheck.check(subject, seed=1, max_examples=1)
    text = str(refused.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_missing_method_is_named_with_what_to_do(kind: str, name: str) -> None:
    text = refusal(machine_of(kind, **{name: None}), kind=kind)
    declare = f", or declare without={{'{CAPABILITIES[name]}'}}" if name in CAPABILITIES else ""
    assert text.endswith(f", {name} missing: add the method{declare}")


@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_method_with_other_parameters_is_named_with_those_it_takes(kind: str, name: str) -> None:
    def method(self: object, one: int, two: int, three: int, four: int, five: int) -> None: ...

    text = refusal(machine_of(kind, **{name: method}), kind=kind)
    assert f"machine, got {name}(one, two, three, four, five): change its parameters" in text


@pytest.mark.parametrize(
    ("kind", "name", "hint"),
    [
        ("concurrent", "prepare_snapshot", "a concurrent machine has prepare_snapshot"),
        ("on-disk", "open", "an on-disk machine has open besides sync"),
        ("on-disk", "sync", "an on-disk machine has sync besides open"),
    ],
)
def test_missing_method_that_tells_the_kind_is_hinted_at(kind: str, name: str, hint: str) -> None:
    text = refusal(machine_of(kind, **{name: None}))
    assert text.endswith(f": change its parameters; {hint}")


def test_hash_with_a_parameter_is_refused() -> None:
    def get_hash(self: object, seed: int) -> int:
        return seed

    assert "got get_hash(seed)" in refusal(machine_of("regular", get_hash=get_hash))


@pytest.mark.parametrize("name", ["prepare_snapshot", "save_snapshot", "recover_from_snapshot"])
def test_method_of_a_capability_that_is_declared_away_need_not_be_there(name: str) -> None:
    bare = type("Bare", (machines.Counter,), {name: None})
    subject = Subject(
        machine=bare, commands=machines.commands, queries=machines.queries,
        kind="concurrent", without={"snapshots"},
    )  # fmt: skip
    [report] = smcheck.check(subject, seed=1, max_examples=2, schedules=1).subjects
    assert report.findings == []


def test_decorated_method_is_taken_as_it_is_called() -> None:
    from functools import wraps

    def with_more(method: Any) -> Any:
        @wraps(method)
        def wrapped(self: Any, *args: Any) -> Any:
            return method(self, "more", *args)

        return wrapped

    class Decorated(machines.Counter):
        @with_more
        def lookup(self, more: str, query: object) -> object:
            return self.total

    subject = Subject(machine=Decorated, commands=machines.commands, queries=machines.queries)
    [report] = smcheck.check(subject, seed=1, max_examples=2, schedules=1).subjects
    assert report.findings == []


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("update", "UPD-8"), ("prepare_snapshot", "PRE-5"), ("save_snapshot", "SAV-8"),
        ("recover_from_snapshot", "REC-3"), ("close", "CLO-3"),
    ],
)  # fmt: skip
def test_method_that_is_not_implemented_is_one_finding(name: str, clause: str) -> None:
    def method(self: object, *args: object) -> None:
        raise NotImplementedError

    bare = type("Bare", (machines.Counter,), {name: method, "__module__": __name__})
    subject = Subject(machine=bare, commands=machines.commands, queries=machines.queries)
    [report] = smcheck.check(subject, seed=1, max_examples=4, schedules=1).subjects
    assert [finding.breach.clause for finding in report.findings] == [clause]
