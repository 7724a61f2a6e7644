"""Defects of ABCI applications are found with clause and line, and correct ones are held."""

from __future__ import annotations

import linecache
from pathlib import Path

import pytest

from smcheck import Verdict
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests.adapters import apps
from tests.adapters.apps import subject

pytestmark = pytest.mark.dear


def found(kind: type, *, examples: int = 15) -> set[tuple[str, str, str, str]]:
    """Return severity, clause, file and source of what is found."""
    report = check_subject(subject(kind), Options(max_examples=examples, seed=1))
    return {
        (
            str(one.breach.severity),
            one.breach.clause,
            Path(one.location.file).name,
            linecache.getline(one.location.file, one.location.line).strip(),
        )
        for one in report.findings
    }


def test_vote_that_is_shown_before_its_commit_is_found() -> None:
    line = 'return {"value": list(self.working.values()).count(path)}  # RDC-3'
    assert ("violation", "RDC-3", "apps.py", line) in found(apps.LateVotes)


def test_check_that_counts_is_found() -> None:
    assert ("violation", "LKP-1") in {line[:2] for line in found(apps.CheckedVotes)}


def test_proposal_that_is_remembered_by_its_proposer_is_found() -> None:
    [(severity, clause, file, _)] = found(apps.ProposersVotes)
    assert (severity, clause, file) == ("violation", "UPD-3", "apps.py")


def test_snapshot_that_leaves_something_out_is_found() -> None:
    line = "self.committed = (self.height, dict(self.working))  # SAV-4"
    assert found(apps.HalfVotes) == {("violation", "SAV-4", "apps.py", line)}


def test_block_with_too_few_results_is_found() -> None:
    line = "def finalize_block(self, request: Request) -> Any:"
    assert ("violation", "UPD-8", "apps.py", line) in found(apps.SkippedVotes)


def test_query_that_raises_is_a_hazard() -> None:
    line = "def query(self, path: str) -> object:"
    assert found(apps.RaisingVotes) == {("hazard", "LKP-4", "apps.py", line)}


def test_check_that_waits_for_the_commit_that_waits_for_it_is_found() -> None:
    lines = found(apps.LockedVotes)
    assert {line[:3] for line in lines} == {("violation", "PRG-1", "apps.py")}


@pytest.mark.parametrize("kind", [apps.Votes, apps.SparseVotes, apps.ProposedVotes])
def test_correct_application_is_held(kind: type) -> None:
    report = check_subject(subject(kind), Options(max_examples=15, seed=1))
    assert [one.breach.title for one in report.findings] == []
    # The subject has no name that another process can import: that alone is in doubt.
    assert all("another process" in reason for reason in report.reasons)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.clauses["SAV-4"].verdict == "held"
