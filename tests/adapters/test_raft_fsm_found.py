"""Defects of FSMs are found with their clause and line, and correct FSMs are held."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any

import pytest

from smcheck import Severity, Verdict
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests.adapters import fsms
from tests.adapters.fsms import BATCHED, subject

pytestmark = pytest.mark.dear


def found(kind: type, *, examples: int = 15, **options: Any) -> set[tuple[str, str, str, str]]:
    """Return severity, clause, file and source of what is found."""
    report = check_subject(subject(kind, **options), Options(max_examples=examples, seed=1))
    return {
        (
            str(one.breach.severity),
            one.breach.clause,
            Path(one.location.file).name,
            linecache.getline(one.location.file, one.location.line).strip(),
        )
        for one in report.findings
    }


def test_live_snapshot_is_found_where_it_is_handed_out() -> None:
    line = ("violation", "SAV-1", "fsms.py", "return self.stock  # SAV-1")
    assert found(fsms.LiveStock, examples=40) == {line}


def test_torn_read_is_found_where_it_was_interrupted() -> None:
    line = ("violation", "RDC-3", "fsms.py", "return sum(self.stock.values())  # RDC-3")
    assert line in found(fsms.MovedStock, examples=40)


def test_batch_against_the_state_before_is_found() -> None:
    [(severity, clause, file, _)] = found(fsms.BatchedStock, **BATCHED)
    assert (severity, clause, file) == ("violation", "BAT-5", "fsms.py")


def test_batch_with_too_few_answers_is_found() -> None:
    line = "def apply_batch(self, logs: Sequence[Log]) -> list[object]:"
    assert ("violation", "UPD-6", "fsms.py", line) in found(fsms.ShortStock, **BATCHED)


def test_snapshot_that_never_succeeds_is_a_hazard_and_not_the_end() -> None:
    line = "sink.write(json.dumps(self.stock).encode())  # SAV-8"
    assert found(fsms.UnsavedStock) == {("hazard", "SAV-8", "fsms.py", line)}


@pytest.mark.parametrize(
    "kind, options",
    [
        (fsms.Stock, {}),
        (fsms.CopiedStock, {}),
        (fsms.InOrderStock, BATCHED),
        (fsms.InOrderStock, BATCHED | {"configurations": True}),
    ],
    ids=["bytes", "plain data", "batches", "configurations"],
)
def test_correct_fsm_is_held(kind: type, options: dict[str, Any]) -> None:
    report = check_subject(subject(kind, **options), Options(max_examples=15, seed=1))
    assert [one.breach.title for one in report.findings] == []
    wrong = {name for name, one in report.clauses.items() if one.verdict == "violated"}
    assert wrong == set()
    assert report.clauses.keys().isdisjoint({"UPD-4", "CLO-3", "REC-5", "SAV-7", "FIL-1"})
    # The subject has no name that another process can import: that alone is in doubt.
    assert all("another process" in reason for reason in report.reasons)
    assert report.verdict in (Verdict.HELD, Verdict.INCONCLUSIVE)


def test_configurations_end_an_fsm_that_takes_all_for_commands() -> None:
    found_with = found(fsms.TrustingStock, **BATCHED | {"configurations": True})
    assert [line[:3] for line in found_with] == [("violation", "BAT-1", "fsms.py")]
    assert found(fsms.TrustingStock, **BATCHED) == set()


def test_severity_of_a_hazard_leaves_the_verdict_alone() -> None:
    report = check_subject(subject(fsms.UnsavedStock), Options(max_examples=12, seed=1))
    assert [one.breach.severity for one in report.findings] == [Severity.HAZARD]
    assert report.verdict is not Verdict.VIOLATED
