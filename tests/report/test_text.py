"""The report as text, held by snapshots: what a person reads does not change unnoticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smcheck.finding import ClauseStatus, Location, Severity, SubjectReport, Verdict
from smcheck.report.cells import width_of
from smcheck.report.data import blank
from smcheck.report.text import (
    finding_report,
    finding_text,
    plain_text,
    subject_report,
    subject_summary,
    why_unchecked,
)
from smcheck.scenario import Act, Row, Scenario, Step, Touch, Turn, Twins, Version
from tests.report.test_data import violated


@pytest.fixture
def report(tmp_path: Path) -> SubjectReport:
    """Return a report whose lines of source are there to be shown."""
    source = tmp_path / "inventory.py"
    source.write_text("\n" * 30 + "        self._log.append(entry)\n" + "\n" * 26 + "    x = 1\n")
    found = violated()
    found.clauses = {
        "UPD-1": ClauseStatus(12, "held"),
        "UPD-4": ClauseStatus(5120, "violated"),
        "LKP-1": ClauseStatus(0, "not checked"),
    }
    finding = found.findings[0]
    related = replace(finding.related[0], file=str(source))
    location = replace(finding.location, file=str(source))
    found.findings = [replace(finding, location=location, related=(related,))]
    return found


def test_subject_report_tells_everything_about_a_violation(
    report: SubjectReport, tmp_path: Path
) -> None:
    assert (
        plain_text(subject_report(report, root=tmp_path))
        == """\
Inventory (concurrent): violated, 1 violation
   100 plans, 2,040 schedules, 51,233 operations in 3.1 s, seed 1

1. UPD-4 violation  The entry is kept
   inventory.py:31 in Inventory.update
       31 | self._log.append(entry)
   writer: inventory.py:58 in Inventory.lookup
       58 | x = 1
   expected a, got b
   the rule: The list, the Entry objects and the buffers are the caller's again after the call. The
   library hands out the same list and the same entries for the next batch, with other contents.

   called:
     updates  update [b'a']  Result(1)

   path: machine._log[0]
   size: 1 operation
   signature: 0123456789ab
   witness: .smcheck/witnesses/a.json
   replay: smcheck replay .smcheck/witnesses/a.json

no breach of 1 clause was seen, as far as 100 plans under 2,040 schedules show; switches were tried
between lines and at visible accesses inside them. Other plans and schedules were not tried.
not checked, never exercised by what was drawn: LKP-1"""
    )


def test_subject_report_of_a_held_subject_says_how_many_clauses_were_not_checked() -> None:
    report = blank("Inventory", "regular")
    report.verdict = Verdict.HELD
    first = plain_text(subject_report(report)).splitlines()[0]
    assert first == f"Inventory (regular): held, {len(report.clauses)} clauses not checked"


def test_subject_report_never_calls_an_inconclusive_subject_held() -> None:
    report = blank("Inventory", "regular")
    report.reasons.append("the time ran out before the minimum")
    report.stats.partial = True
    text = plain_text(subject_report(report))
    assert "Inventory (regular): inconclusive" in text
    assert "the time ran out before the minimum" in text
    assert "partial" in text
    assert "held" not in text


def test_subject_summary_is_short_and_tells_how_to_replay(
    report: SubjectReport, tmp_path: Path
) -> None:
    assert (
        plain_text(subject_summary(report, root=tmp_path))
        == """\
Inventory (concurrent): violated, 1 violation
   100 plans, 2,040 schedules, 51,233 operations in 3.1 s, seed 1
   UPD-4 violation: The entry is kept
   inventory.py:31 in Inventory.update
       31 | self._log.append(entry)
   replay: smcheck replay .smcheck/witnesses/a.json
not checked, never exercised by what was drawn: LKP-1"""
    )


def test_finding_text_keeps_a_path_longer_than_the_width_in_one_piece() -> None:
    finding = replace(violated().findings[0], location=Location("x" * 150 + ".py", 3, "f"))
    assert f"   {'x' * 150}.py:3 in f" in finding_text(finding).splitlines()


def test_finding_text_lets_no_machine_command_the_terminal() -> None:
    finding = violated().findings[0]
    hostile = replace(finding.breach, message="\x1b[2J[red]\x07", severity=Severity.HAZARD)
    text = finding_text(replace(finding, breach=hostile))
    assert r"\x1b[2J[red]\x07" in text


def test_subject_report_tells_an_error_once() -> None:
    report = blank("Inventory", "regular")
    report.stats.error = "the process died"
    report.reasons.append("the process died")
    assert plain_text(subject_report(report)).count("the process died") == 1


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("LKP-1", "never exercised by what was drawn"),
        ("SES-1", "not the machine's duty"),
    ],
)
def test_why_unchecked_tells_what_the_reader_can_do_about_it(clause: str, reason: str) -> None:
    assert why_unchecked(clause) == reason


def test_finding_text_cuts_a_message_as_long_as_the_state() -> None:
    finding = violated().findings[0]
    long = replace(finding.breach, message="expected " + "x" * 5000 + ", copy it")
    text = finding_text(replace(finding, breach=long))
    assert "4,218 characters" in text
    assert ", copy it" in text.replace("\n   ", "")
    assert len(text.splitlines()) < 40


def test_subject_report_keeps_a_name_on_its_line() -> None:
    report = blank("na\n::error::me", "regular")
    first = plain_text(subject_report(report)).splitlines()[0]
    assert first.startswith("na\\n::error::me (regular): ")


def test_lines_with_wide_characters_keep_to_the_width() -> None:
    touch = Touch("self.names", "{}", "{'" + "漢" * 90 + "': 1}")
    steps = tuple(Step(task, "/m.py", 4, "f", "漢" * 90, 1, (touch,)) for task in range(2))
    acts = tuple(Act(task, "update", "update " + "漢" * 90, "漢" * 90, 0, 1) for task in range(2))
    scenario = Scenario(tasks=("updates", "b"), acts=acts, steps=steps)
    lines = finding_text(replace(violated().findings[0], scenario=scenario)).splitlines()
    assert max(map(width_of, lines)) <= 100


@pytest.mark.parametrize("tasks", [1, 2, 3, 6])
def test_finding_text_is_under_80_lines_whatever_there_is_to_tell(tasks: int) -> None:
    names = tuple(f"task {n}" for n in range(tasks))
    touch = Touch("self.rows", "x" * 90, "y" * 90)
    acts = tuple(
        Act(n % tasks, "update", "update " + "a" * 90, "b" * 90, n * 20, n * 20 + 20,
            output=("said",) * 9, is_wrong=n == 50)
        for n in range(100)
    )  # fmt: skip
    steps = tuple(
        Step(n // 20 % tasks, "/m.py", n, "f", "line " * 30, n, (touch,)) for n in range(2000)
    )
    versions = tuple(Version(n, n, "entry " * 9, "r", f"state {n}" * 30) for n in range(100))
    rows = tuple(Row(f"row {n}", "1" * 90, "2" * 90) for n in range(100))
    scenario = Scenario(
        names, acts, steps, tuple(Turn(n, 0, 1, True, "why " * 30) for n in range(0, 2000, 20)),
        versions, Twins("one", "other", rows), 99, 9999,
    )  # fmt: skip
    finding = violated().findings[0]
    breach = replace(finding.breach, message="word " * 1000, evidence=(
        ("path", "p"), ("circumstance", "c"), ("known", "k"), ("moment", "1"),
    ))  # fmt: skip
    full = replace(finding, breach=breach, scenario=scenario, related=finding.related * 9)
    lines = finding_text(full).splitlines()
    assert len(lines) < 80
    assert max(map(width_of, lines)) <= 100
    whole = plain_text(finding_report(full, is_whole=True)).splitlines()
    assert len(whole) > 2000
