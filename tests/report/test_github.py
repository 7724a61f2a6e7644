"""Annotations: one line each, and no text of a machine that commands the runner."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.finding import Breach, Finding, Location, Report, Severity, SubjectReport
from smcheck.report import github
from smcheck.report.github import harmless, is_on_github


def finding(
    message: str = "expected a", *, title: str = "it breaks", file: str = "/w/m/machine.py",
    severity: Severity = Severity.VIOLATION, signature: str = "0123456789ab",
) -> Finding:  # fmt: skip
    """Return a finding in a workspace at ``/w``."""
    breach = Breach("UPD-1", "played", title, message, severity=severity)
    return Finding(breach, Location(file, 7, "M.update"), signature=signature)


def told(*findings: Finding) -> list[str]:
    """Return the annotations of a report with these findings."""
    return github.annotations(Report([SubjectReport("M", "regular", findings=list(findings))]))


@pytest.fixture(autouse=True)
def workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have GitHub's checkout at ``/w``."""
    monkeypatch.setenv("GITHUB_WORKSPACE", "/w")


def test_annotation_names_file_line_and_clause() -> None:
    assert told(finding()) == ["::error file=m/machine.py,line=7,title=UPD-1 it breaks::expected a"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.VIOLATION, "error"), (Severity.HAZARD, "warning"), (Severity.KNOWN, "notice")],
)
def test_annotation_has_a_level_by_severity(severity: Severity, level: str) -> None:
    [line] = told(finding(severity=severity))
    assert line.startswith(f"::{level} file=")


def test_annotation_escapes_what_would_end_a_value_or_the_line() -> None:
    hostile = finding("50%\r\n::error::x\x1b[2J", title="a,b: c::d\n::e", file="/w/a,b:c%.py")
    assert told(hostile) == [
        "::error file=a%2Cb%3Ac%25.py,line=7,title=UPD-1 a%2Cb%3A c%3A%3Ad%0A%3A%3Ae::"
        "50%25\\r%0A::error::x\\x1b[2J"
    ]


def test_annotation_of_a_file_outside_keeps_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "file=/elsewhere/x.py," in told(finding(file="/elsewhere/x.py"))[0]
    monkeypatch.delenv("GITHUB_WORKSPACE")
    assert "file=m.py," in told(finding(file=str(Path.cwd() / "m.py")))[0]


def test_annotation_tells_a_replay_on_a_line_of_its_own() -> None:
    told_of = finding()
    replayed = Finding(told_of.breach, told_of.location, replay="smcheck replay w.json")
    assert told(replayed)[0].endswith("::expected a%0Areplay: smcheck replay w.json")


def test_one_defect_is_annotated_once() -> None:
    assert len(told(finding(), finding(), finding(signature="ba9876543210"))) == 2


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\n::add-mask::b", "a\n: :add-mask::b"),
        (" \t::group::", " \t: :group::"),
        ("x ##[error]y", "x ## [error]y"),
        ("a::b", "a::b"),
        ("", ""),
    ],
)
def test_harmless_text_has_no_command(text: str, printed: str) -> None:
    assert harmless(text) == printed


def test_github_is_where_its_variable_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert is_on_github()
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    assert not is_on_github()
