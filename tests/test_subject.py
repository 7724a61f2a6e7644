"""Subjects: what is refused at the door, in one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smcheck.errors import UsageError
from smcheck.subject import Subject

STRATEGY = object()  # opaque here: nothing below the doors knows Hypothesis


class Machine:
    """Fail when anything is constructed: making a subject must not."""

    def __init__(self, shard_id: int, directory: Path, extra: int = 0) -> None:
        raise RuntimeError("constructed")


def subject(machine: Any = Machine, **fields: Any) -> Subject:
    given: dict[str, Any] = {"commands": STRATEGY, "queries": STRATEGY} | fields
    return Subject(machine=machine, **given)


def test_subject_runs_none_of_the_users_code() -> None:
    made = subject(model=Machine, observe=Machine, encode=Machine, describe=Machine)
    assert made.name == "Machine"


def test_subject_is_called_after_the_type_of_a_factory_without_name() -> None:
    class Factory:
        def __call__(self) -> None: ...

    assert subject(Factory()).name == "Factory"
    assert subject(name="Mine").name == "Mine"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"machine": None}, "Subject.machine: expected a callable, got None"),
        ({"machine": 5}, "Subject.machine: expected a callable, got 5"),
        ({"model": 5}, "Subject.model: expected a callable, got 5"),
        ({"encode": "x"}, "Subject.encode: expected a callable, got 'x'"),
        ({"describe": b""}, "Subject.describe: expected a callable"),
        ({"observe": 1}, "Subject.observe: expected a callable"),
        ({"name": 5}, "Subject.name: expected a str, got 5"),
        ({"profile": []}, "Subject.profile: expected a str, got []"),
        ({"buffers": "no"}, "Subject.buffers: expected True or False, got 'no'"),
        ({"known": ["UPD-4"]}, "Subject.known: expected a mapping"),
        ({"known": {"UPD-4": 12}}, "Subject.known: expected reasons that are texts, got 12"),
        ({"without": "hash"}, "Subject.without: expected a set such as"),
        ({"trace": "mine"}, "Subject.trace: expected a list such as"),
        ({"trace": [5]}, "Subject.trace: expected names of packages, got 5"),
        ({"probes": 5}, "Subject.probes: expected a list of queries, got 5"),
        ({"examples": [b"ab"]}, "Subject.examples: expected logs that are lists of commands"),
        ({"commands": None}, "Subject.commands: expected a strategy of bytes, got None"),
        ({"queries": None}, "Subject.queries: expected a strategy of plain data, got None"),
        ({"without": {"lookup"}}, "Subject.without: expected a known name, got 'lookup': hash"),
        ({"known": {"UPD-99": "x"}}, "Subject.known: expected ids of clauses such as LKP-1, or"),
        ({"known": {"0123456789aB": "x"}}, "Subject.known: expected ids of clauses such as LKP-1"),
        (
            {"known": {4: "x"}},
            "Subject.known: expected ids of clauses such as LKP-1, or signatures",
        ),
        ({"profile": "etcd"}, "Subject.profile: expected a known name, got 'etcd'"),
        ({"kind": "disk"}, "Subject.kind: expected a known name, got 'disk': concurrent, on-disk"),
    ],
)
def test_subject_refuses_what_it_cannot_use(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        subject(**fields)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_subject_without_lookups_needs_no_queries() -> None:
    assert subject(queries=None, without={"lookups"}).without == {"lookups"}


def test_subject_takes_any_iterable_of_capabilities() -> None:
    assert subject(without=["hash", "hash"]).without == frozenset({"hash"})


def test_subject_takes_known_clauses() -> None:
    assert subject(known={"UPD-1": "issue 3"}).known == {"UPD-1": "issue 3"}


def test_subject_takes_known_signatures() -> None:
    assert subject(known={"0123456789ab": "issue 3"}).known == {"0123456789ab": "issue 3"}


def test_factory_gets_what_its_signature_names() -> None:
    assert subject().factory_arguments() == {"shard_id", "directory"}
    assert subject(lambda: None).factory_arguments() == frozenset()
    assert subject(dict).factory_arguments() == frozenset()


def test_factory_may_take_anything_else_as_starred() -> None:
    def factory(*args: int, replica_id: int, **kwargs: int) -> None: ...

    assert subject(factory).factory_arguments() == {"replica_id"}


@pytest.mark.parametrize(
    "factory", [lambda path: None, lambda shard_id, other: None, eval("lambda shard_id, /: None")]
)
def test_factory_with_another_parameter_is_refused(factory: Any) -> None:
    with pytest.raises(UsageError, match="expected a factory with the parameters shard_id"):
        subject(factory).factory_arguments()
