"""The door ``smcheck.check``: verdicts, what was not checked, the same seed again."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

import smcheck
from smcheck import Subject, UsageError, Verdict
from tests.testing import machines

pytestmark = pytest.mark.dear


def commands_that_raise() -> st.SearchStrategy[bytes]:
    """Draw commands of which the longer ones raise, so that it shows in the search only."""
    return st.binary(max_size=3).map(lambda drawn: drawn if len(drawn) < 3 else bytes([1 // 0]))


def model_of(apply: Callable[[bytes], object]) -> Callable[[], object]:
    """Return what makes a model with this ``apply``."""
    return lambda: SimpleNamespace(apply=apply, query=lambda query: 0)


def check(subject: Subject, *, seed: int = 1, max_examples: int = 30) -> smcheck.Report:
    return smcheck.check(subject, seed=seed, max_examples=max_examples, schedules=8)


def test_check_holds_a_correct_machine() -> None:
    report = check(machines.counter, max_examples=40)
    assert (report.verdict, report.findings) == (Verdict.HELD, []), report.subjects[0].reasons


def test_check_says_the_same_for_the_same_seed() -> None:
    one, other = (check(machines.forgetful, seed=7) for _ in range(2))
    assert [f.signature for f in one.findings] == [f.signature for f in other.findings]
    assert [f.scenario for f in one.findings] == [f.scenario for f in other.findings]
    assert one.stats.operations == other.stats.operations


def test_check_names_the_clause_of_a_lost_state() -> None:
    report = check(machines.forgetful)
    assert report.verdict is Verdict.VIOLATED
    assert [f.breach.clause for f in report.findings] == ["SAV-4"]


def test_check_of_rejected_commands_checks_no_state() -> None:
    [report] = check(machines.rejecting).subjects
    unchecked = {"UPD-1", "UPD-2", "RDC-1", "RDC-3", "BAT-1", "BAT-6", "SAV-1", "SAV-4", "LKP-1"}
    assert {c for c in unchecked if report.clauses[c].verdict != "not checked"} == set()
    assert report.verdict is Verdict.INCONCLUSIVE


def test_check_of_lookups_that_meet_no_update_checks_no_torn_read() -> None:
    [report] = check(machines.regular).subjects
    assert report.clauses["RDC-3"].verdict == "not checked"
    assert report.clauses["LKP-1"].verdict == "held"


def test_check_counts_hashes_that_change_and_lookups_that_raise() -> None:
    [hashed, plain] = [check(s).subjects[0] for s in (machines.hashed, machines.regular)]
    assert {c: str(hashed.clauses[c].verdict) for c in ("HSH-1", "LKP-4")} == {
        "HSH-1": "held", "LKP-4": "held",
    }  # fmt: skip
    assert {c: str(plain.clauses[c].verdict) for c in ("HSH-1", "LKP-4")} == {
        "HSH-1": "not checked", "LKP-4": "not checked",
    }  # fmt: skip


def test_check_holds_a_machine_whose_calls_never_overlap() -> None:
    [report] = check(machines.silent).subjects
    assert report.clauses["PRG-1"].verdict == "held"
    assert report.families["progress"] >= 10


def test_check_is_inconclusive_below_the_minimum_of_plans() -> None:
    report = check(machines.counter, max_examples=5)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert "10 are the minimum" in report.subjects[0].reasons[0]


def test_check_takes_queries_that_cannot_be_hashed() -> None:
    subject = Subject(
        machine=machines.Counter,
        commands=machines.commands,
        queries=st.one_of(st.lists(st.integers(0, 1)), st.just({"all": []})),
        probes=({"all": []},),
        examples=[[b"\1"]],
    )
    report = check(subject, max_examples=10)
    assert (report.findings, report.stats.examples) == ([], 10)


def test_known_clause_does_not_fail() -> None:
    subject = Subject(
        machine=machines.Forgetful,
        commands=machines.commands,
        queries=machines.queries,
        known={"SAV-4": "issue 12"},
    )
    [report] = check(subject).subjects
    assert [f.breach.severity for f in report.findings] == ["known"]
    assert report.clauses["SAV-4"].verdict != "held"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"commands": st.text()}, "expected commands to draw bytes"),
        ({"queries": st.builds(object)}, "expected queries of plain data"),
        ({"machine": lambda: 1 / 0}, "ZeroDivisionError"),
        ({"machine": lambda: object()}, "update, lookup"),
        ({"model": object}, "without apply"),
        ({"commands": [b"a"]}, "expected a Hypothesis strategy"),
        ({"machine": lambda wanted: machines.Counter()}, "'wanted' without a default"),
        ({"machine": lambda: exit(3)}, "the factory to give a machine, it raised SystemExit: 3 at"),
        ({"commands": st.just(b"a") | st.just("a")}, "expected commands to draw bytes, got 'a'"),
        ({"queries": st.just("q") | st.builds(set)}, "expected queries of plain data .* got set"),
        ({"commands": commands_that_raise()}, "strategies .* raised ZeroDivisionError: .* line"),
        ({"commands": st.nothing()}, "expected strategies that can draw"),
        ({"encode": lambda drawn: 1 / 0}, "expected encode to return, it raised ZeroDivisionError"),
        ({"encode": str}, "expected encode to give bytes, got \"b'"),
        ({"describe": lambda cmd: 1 / 0}, r"expected describe\(b'.*\) to return, it raised"),
        ({"describe": len}, "expected describe to give a str, got"),
        ({"observe": lambda machine: 1 / 0}, "expected observe to return, it raised"),
        ({"model": lambda: 1 / 0}, r"expected model\(\) to return, it raised ZeroDivisionError"),
        ({"model": model_of(lambda cmd: 1 / 0)}, r"model.apply\(b'.*\) to return, it raised"),
        ({"model": model_of(lambda cmd: -1)}, "an int from 0 to 2.*got -1: mend the model"),
        ({"model": model_of(lambda cmd: "0")}, "got '0': mend the model"),
        ({"probes": (object(),)}, "expected queries of plain data"),
        ({"examples": (["a"],)}, "expected commands to draw bytes"),
    ],
)
def test_check_refuses_in_one_line(changes: dict[str, object], said: str) -> None:
    fields: dict[str, object] = {
        "machine": machines.Counter,
        "commands": machines.commands,
        "queries": machines.queries,
    }
    with pytest.raises(UsageError, match=said) as raised:
        check(Subject(**(fields | changes)))  # type: ignore[arg-type]  # wrong on purpose
    assert "\n" not in str(raised.value)
