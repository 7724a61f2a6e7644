"""Subjects that a function makes from pytest's fixtures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import smcheck
from smcheck import UsageError
from tests.pytest_runs import Inner, outcomes

FIXTURES = """
import pytest
import smcheck
from machine import Machine, subject

def named(text, **more):
    return subject("bad", type("Named", (Machine,), {"text": text}), **more)

@pytest.fixture(scope="session")
def server():
    yield "server"

@pytest.fixture(scope="class")
def table(server):
    return f"{server}/table"

@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    yield "data"
    (tmp_path / "data").rmdir()
"""

SCOPES = """
def stores(table, folder, timeout=3):
    return named(f"{table}/{folder}")

TestStores = smcheck.contract_test(stores, kind="concurrent")
"""


@pytest.fixture
def inner(tmp_path: Path) -> Inner:
    """Return a folder with fixtures of every scope."""
    return Inner(tmp_path)


def test_function_takes_fixtures_of_any_scope_and_is_searched_once(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + SCOPES)
    said = outcomes(inner.run("-v", "--smcheck-seed=2"))
    assert {name for name, one in said.items() if one == "FAILED"} == {
        "TestStores::test_lookups", "TestStores::test_entries_are_not_retained",
    }  # fmt: skip
    assert len(said) == 8
    assert inner.searches() == ["bad 2 server/table/data"]


PARAMETERS = """
@pytest.fixture(params=["memory", "disk"])
def backend(request):
    return request.param

def stores(backend, size):
    return named(f"{backend}-{size}", without={"snapshots"})

@pytest.mark.parametrize("size", [1, 2])
class TestStores(smcheck.contract_test(stores, kind="concurrent", without={"snapshots"})):
    pass
"""


def test_function_is_searched_once_for_each_set_of_parameters(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + PARAMETERS)
    run = inner.run("-v", "--smcheck-seed=2", "-k", "lookups or close or snapshots")
    # Which parameter an id has first, pytest decides.
    said = {(name[12:-1].split("[")[0], *sorted(name[12:-1].split("[")[1].split("-"))): one
            for name, one in outcomes(run).items()}  # fmt: skip
    assert said == {
        (f"test_{family}", size, backend): result
        for family, result in (("close", "PASSED"), ("lookups", "FAILED"))
        for size in ("1", "2")
        for backend in ("memory", "disk")
    }
    assert sorted(inner.searches()) == [
        "bad 2 disk-1", "bad 2 disk-2", "bad 2 memory-1", "bad 2 memory-2",
    ]  # fmt: skip
    assert len(set(re.findall(r"^bad\[\S+\] \(concurrent\): violated", run.stdout, re.M))) == 4


WRONG = """
def without_kind(server):
    return named(server)

def other_kind(server):
    return named(server, kind="regular")

def more(server):
    return named(server)

def nothing(server):
    return None

TestAny = smcheck.contract_test(without_kind)
TestOther = smcheck.contract_test(other_kind, kind="concurrent")
TestMore = smcheck.contract_test(more, without={"hash"})
TestNothing = smcheck.contract_test(nothing)
"""


def test_function_without_kind_skips_what_its_subject_cannot_have(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + WRONG)
    run = inner.run("-v", "-k", "TestAny and (durability or close)", "-rs")
    assert outcomes(run) == {"TestAny::test_durability": "SKIPPED", "TestAny::test_close": "PASSED"}
    assert "bad cannot have it: give contract_test kind='concurrent'" in " ".join(
        run.stdout.split()
    )


def test_function_that_returns_something_else_is_refused_in_a_line(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + WRONG)
    out = inner.run("-k", "(TestOther or TestMore or TestNothing) and close").stdout
    assert "_\nother_kind: expected a machine of kind 'concurrent', got one of 'regular': " in out
    assert "_\nmore: expected a subject without hash, got one that has it: give " in out
    assert "_\nnothing: expected a smcheck.Subject to be returned, got None: return " in out
    assert inner.searches() == []


def test_function_needs_pytest_and_says_so_elsewhere(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + SCOPES)
    run = inner.python("-m", "unittest", "test_it")
    assert run.returncode == 1
    assert (
        "AssertionError: expected pytest, got another test runner: stores takes table, folder from "
        "pytest's fixtures; run pytest, or give contract_test a smcheck.Subject\n"
    ) in run.stderr
    assert "Traceback" not in run.stderr


def test_function_works_without_the_plugin(inner: Inner) -> None:
    inner.write("test_it.py", FIXTURES + SCOPES)
    said = outcomes(inner.run("-v", "-p", "no:smcheck", "-k", "lookups or close"))
    assert said == {"TestStores::test_lookups": "FAILED", "TestStores::test_close": "PASSED"}


class Something:
    """No subject, and no function either."""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Something, "got the class Something: wrap the machine in smcheck.Subject"),
        (7, "got 7: wrap the machine"),
        (pytest.fixture(lambda: None), "take @pytest.fixture off, or give it as `lambda"),
    ],
)
def test_contract_test_refuses_what_is_no_function(given: object, says: str) -> None:
    with pytest.raises(UsageError, match=r"expected a smcheck\.Subject, or a function") as caught:
        smcheck.contract_test(given)  # type: ignore[call-overload]  # what is tested
    assert says in str(caught.value)


def a_subject() -> smcheck.Subject:
    """Return nothing real: it is never called."""
    raise NotImplementedError


def test_contract_test_refuses_unknown_kinds_and_capabilities() -> None:
    with pytest.raises(UsageError, match="kind= one of regular, concurrent, on-disk, got 'disk'"):
        smcheck.contract_test(a_subject, kind="disk")
    with pytest.raises(UsageError, match="without= a set of hash, lookups, snapshots, got "):
        smcheck.contract_test(a_subject, without={"snapshot"})
