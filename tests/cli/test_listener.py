"""What a child's words and its end amount to, without a process."""

from __future__ import annotations

import pytest

from smcheck.cli.listener import Listener, settle
from smcheck.cli.messages import (
    BadUsage,
    Broken,
    CheckOptions,
    Done,
    Found,
    Message,
    Progress,
    Resolved,
    from_line,
    to_line,
)
from smcheck.cli.supervisor import Cause, Ending
from smcheck.errors import UsageError
from smcheck.finding import NOT_CHECKED, Severity, SubjectReport, Verdict
from smcheck.report.data import blank
from tests.report.test_data import violated

OPTIONS = CheckOptions(seconds=None, max_examples=None, schedules=20, seed=9)
RESOLVED = Resolved("m:x", "Inventory", "concurrent", known={"UPD-8": "issue 7"})


def settled(*said: Message, ending: Ending | None) -> SubjectReport:
    """Return the report after these messages and this end."""
    listener = Listener()
    for message in said:
        listener.hear(from_line(to_line(message)))
    return settle(listener, ending, OPTIONS, name="m:x", seconds=2.0).report


def died(operation: str, returncode: int = 3) -> Ending:
    """Return the end of a child in an operation."""
    return Ending(Cause.ENDED, returncode, operation)


@pytest.mark.parametrize(
    ("operation", "clause"),
    [("update", "UPD-8"), ("lookup", "LKP-4"), ("observe", "LKP-4"), ("prepare", "PRE-5"),
     ("save", "SAV-8"), ("recover", "REC-3"), ("restart", "REC-3"), ("close", "CLO-3")],
)  # fmt: skip
def test_settle_names_the_clause_of_the_operation_in_flight(operation: str, clause: str) -> None:
    resolved = Resolved("m:x", "Inventory", "concurrent")
    report = settled(resolved, ending=died(operation))
    assert [finding.breach.clause for finding in report.findings] == [clause]
    assert report.clauses[clause].verdict == Verdict.VIOLATED
    assert report.verdict is Verdict.VIOLATED


@pytest.mark.parametrize("returncode", [-9, -15, -2])
def test_settle_blames_nobody_for_a_kill_that_may_come_from_outside(returncode: int) -> None:
    report = settled(RESOLVED, ending=died("update", returncode))
    assert (report.verdict, report.findings) == (Verdict.INCONCLUSIVE, [])


def test_settle_reports_a_known_death_as_known() -> None:
    report = settled(RESOLVED, ending=died("update"))
    [finding] = report.findings
    assert finding.breach.severity is Severity.KNOWN
    assert ("known", "issue 7") in finding.breach.evidence
    assert report.verdict is Verdict.INCONCLUSIVE


def test_settle_keeps_what_was_found_before_the_end() -> None:
    found = violated()
    report = settled(RESOLVED, Found(found, found.findings[0]), ending=None)
    assert report.findings == found.findings
    assert report.stats.partial
    assert (report.stats.seed, report.stats.seconds) == (9, 2.0)


def test_settle_of_an_unfinished_search_knows_every_clause_and_holds_none() -> None:
    begun = SubjectReport("Inventory", "concurrent", Verdict.HELD)
    report = settled(RESOLVED, Progress(begun), ending=None)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.clauses["UPD-1"].verdict == NOT_CHECKED


def test_settle_takes_a_finished_report_as_it_is() -> None:
    report = blank("Inventory", "regular")
    report.verdict = Verdict.HELD
    assert settled(RESOLVED, Done(report), ending=died("")) == report


def test_settle_does_not_blame_the_machine_for_our_own_fault() -> None:
    report = settled(RESOLVED, Broken("Traceback"), ending=died("update", 0))
    assert report.findings == []
    assert report.verdict is Verdict.INCONCLUSIVE


def test_settle_raises_what_is_wrong_with_the_call() -> None:
    with pytest.raises(UsageError, match="no such thing"):
        settled(BadUsage("no such thing"), ending=died("", 0))
