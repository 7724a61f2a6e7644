"""The machines of ``tests/determinism``: well formed, and a few of each sort really checked.

All of them are checked by ``benchmarks/determinism.py``, which writes ``docs/determinism.md``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smcheck.circumstances.data import CIRCUMSTANCES
from smcheck.circumstances.settings import Choice, choose
from smcheck.finding import Severity, SubjectReport, Verdict
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens

HERE = Path(__file__).parent / "determinism"
IMPURE = sorted((HERE / "impure").glob("*.py"))
PURE = sorted((HERE / "pure").glob("*.py"))
ALSO = {"summation order"}
"""Shows as hash seed: what is summed comes out of a set."""


def checked(path: Path, *, choice: Choice | None = None) -> SubjectReport:
    options = Options(
        max_examples=12, schedules=4, seed=1, target=f"{path}:subject", stop_on_first=True,
        choice=choice or Choice(),
    )  # fmt: skip
    return check_subject(specimens.load(path).subject, options)


def named(report: SubjectReport) -> set[str]:
    return {
        name
        for finding in report.findings
        for key, text in finding.breach.evidence
        if key == "circumstance"
        for name in text.split(", ")
    }


@pytest.mark.parametrize("path", IMPURE, ids=lambda path: path.stem)
def test_answer_names_a_circumstance_and_a_line(path: Path) -> None:
    above, _, _ = path.read_text("utf-8").partition("\nEXPECT")
    expect = specimens.load(path).EXPECT
    known = {circumstance.name for circumstance in CIRCUMSTANCES} | ALSO
    assert {expect["circumstance"], *expect.get("or_circumstance", ())} <= known
    for text in (expect["line_of"], *expect.get("or_line_of", ())):
        assert above.count(text) == 1, text


def test_every_circumstance_has_a_machine() -> None:
    found = {specimens.load(path).EXPECT["circumstance"] for path in IMPURE}
    assert {circumstance.name for circumstance in CIRCUMSTANCES} <= found


@pytest.mark.dear
@pytest.mark.parametrize(
    "name",
    [
        "joined_set", "wall_leases", "host_stamp", "first_listed", "published_mode",
        "served_by", "read_receipts", "system_charset",
    ],
)  # fmt: skip
def test_circumstance_and_line_are_named(name: str) -> None:
    path = HERE / "impure" / f"{name}.py"
    expect = specimens.load(path).EXPECT
    report = checked(path)
    assert report.verdict is Verdict.VIOLATED
    assert named(report) & {expect["circumstance"], *expect.get("or_circumstance", ())}
    blamed = {finding.location.line for finding in report.findings}
    assert blamed & specimens.blamable_lines(path)


@pytest.mark.dear
@pytest.mark.parametrize("name", ["ambient_rate", "asserted_reserve"])
def test_what_no_deployment_varies_is_a_hazard_when_asked_for(name: str) -> None:
    path = HERE / "impure" / f"{name}.py"
    wanted = specimens.load(path).EXPECT["circumstance"]
    assert wanted not in named(checked(path))
    report = checked(path, choice=choose({wanted: ""}, frozenset()))
    found = [finding.breach for finding in report.findings]
    assert wanted in named(report)
    assert {breach.severity for breach in found} == {Severity.HAZARD}


@pytest.mark.dear
@pytest.mark.parametrize("name", ["timed_metric", "seeded_draw", "sorted_listing", "memo_by_id"])
def test_machines_that_only_look_impure_are_not_accused(name: str) -> None:
    report = checked(HERE / "pure" / f"{name}.py")
    assert {finding.breach.severity for finding in report.findings} <= {Severity.HAZARD}
    assert {finding.breach.check for finding in report.findings} <= {"reads"}


@pytest.mark.dear
def test_read_without_effect_is_told_unless_the_subject_allows_it() -> None:
    path = HERE / "pure" / "timed_metric.py"
    report = checked(path)
    [hazard] = [finding for finding in report.findings if finding.breach.check == "reads"]
    assert dict(hazard.breach.evidence) == {"circumstance": "clock"}
    assert hazard.location.file == str(path)


def test_page_has_a_row_for_each_machine() -> None:
    rows = json.loads((HERE.parents[1] / "docs" / "determinism.json").read_text("utf-8"))
    page = (HERE.parents[1] / "docs" / "determinism.md").read_text("utf-8")
    for path in (*IMPURE, *PURE):
        assert f"{path.parent.name}/{path.stem}" in rows
        assert f"`{path.stem}`" in page
