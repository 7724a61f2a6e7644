"""Stored witnesses come first: what they show is in the report, whatever the search meets."""

from __future__ import annotations

from pathlib import Path

from smcheck._witness_names import Stored
from smcheck.engine.replay import Replay, Status
from smcheck.engine.stored import StoredReplay
from smcheck.finding import Breach, ClauseStatus, Finding, Location, SubjectReport, Verdict
from smcheck.testing.stored import replay_first, take_in
from tests.testing import machines

STORED = Stored(Path("/w/Counter-LKP-1-aaaaaaaaaaaa.json"), "LKP-1", "aaaaaaaaaaaa")


def finding(signature: str = "bbbbbbbbbbbb") -> Finding:
    """Return a finding of this signature."""
    breach = Breach("LKP-1", "played", "a lookup writes", "expected 1, got 2")
    return Finding(breach, Location("/m.py", 3, "M.lookup"), signature=signature)


def held() -> SubjectReport:
    """Return the report of a search that met nothing."""
    report = SubjectReport("Counter", "regular", Verdict.HELD)
    report.clauses["LKP-1"] = ClauseStatus(7, Verdict.HELD)
    return report


def told(outcome: Replay, report: SubjectReport | None = None, **more: bool) -> SubjectReport:
    """Return the report after one replay with this outcome."""
    report = report or held()
    take_in(report, machines.counter, [StoredReplay(STORED, outcome, **more)])
    return report


def test_what_still_fails_is_reported_as_it_was_stored() -> None:
    report = told(Replay(Status.FAILS, finding()))
    [found] = report.findings
    assert (found.signature, found.witness) == ("aaaaaaaaaaaa", str(STORED.path))
    assert found.replay == f"smcheck replay {STORED.path}"
    assert report.verdict is Verdict.VIOLATED
    assert report.clauses["LKP-1"] == ClauseStatus(7, Verdict.VIOLATED)


def test_what_the_search_met_too_is_told_once() -> None:
    report = held()
    report.findings.append(finding("aaaaaaaaaaaa"))
    assert len(told(Replay(Status.FAILS, finding()), report).findings) == 1


def test_what_fails_differently_is_a_finding_of_its_own() -> None:
    report = told(Replay(Status.DIFFERS, finding()))
    assert [found.signature for found in report.findings] == ["bbbbbbbbbbbb"]


def test_what_is_fixed_is_not_told() -> None:
    report = told(Replay(Status.FIXED))
    assert (report.findings, report.reasons, report.verdict) == ([], [], Verdict.HELD)


def test_what_nobody_can_tell_is_said() -> None:
    cannot = told(Replay(Status.CANNOT, reason="the file is damaged"))
    assert cannot.reasons == [f"{STORED.path} cannot be replayed: the file is damaged"]
    unsure = told(Replay(Status.FIXED), is_sure=False)
    assert unsure.reasons[0].startswith(f"{STORED.path} shows nothing under this hash seed")


def test_nothing_is_replayed_where_nothing_is_stored(tmp_path: Path) -> None:
    assert replay_first(machines.counter, None) == []
    assert replay_first(machines.counter, tmp_path) == []
