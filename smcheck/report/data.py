"""The report as data: the JSON that ``--json`` writes, and nothing else that looks like it.

Pure: knows the records of row 1 and msgspec, no terminal, no file.
"""

from __future__ import annotations

from typing import Any

import msgspec

from smcheck.contract.clauses import CLAUSES
from smcheck.contract.families import clauses_of
from smcheck.finding import (
    NOT_CHECKED,
    ClauseStatus,
    Finding,
    Location,
    Report,
    Stats,
    SubjectReport,
)

SCHEMA = "smcheck/report/1"


class Place(msgspec.Struct, frozen=True):
    """A line of the machine."""

    file: str
    line: int
    function: str


class RelatedPlace(msgspec.Struct, frozen=True):
    """A further line and why it is named."""

    file: str
    line: int
    function: str
    role: str


class FindingData(msgspec.Struct, frozen=True):
    """One defect."""

    clause: str
    severity: str
    title: str
    message: str
    location: Place
    related: list[RelatedPlace]
    evidence: dict[str, str]
    signature: str
    witness: str
    replay: str


class ClauseData(msgspec.Struct, frozen=True):
    """How often a clause was exercised and what came out."""

    exercised: int
    verdict: str


class StatsData(msgspec.Struct, frozen=True):
    """What the check did."""

    seed: int
    examples: int
    schedules: int
    operations: int
    seconds: float
    partial: bool
    error: str | None


class SubjectData(msgspec.Struct, frozen=True):
    """One subject."""

    name: str
    kind: str
    verdict: str
    findings: list[FindingData]
    clauses: dict[str, ClauseData]
    stats: StatsData


class ReportData(msgspec.Struct, frozen=True):
    """The whole file."""

    schema: str
    verdict: str
    subjects: list[SubjectData]


def encode(report: Report) -> bytes:
    """Return the JSON text of ``report``, indented, with a line feed at its end."""
    data = ReportData(SCHEMA, report.verdict.value, [_subject(one) for one in report.subjects])
    return msgspec.json.format(dumps(data), indent=1) + b"\n"


def dumps(value: Any) -> bytes:  # Any: whatever msgspec can encode
    """Encode, with lone surrogates of the machine's own texts spelled out."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_spelled(msgspec.to_builtins(value)))


def blank(name: str, kind: str) -> SubjectReport:
    """Return the report of a subject that nothing is known about yet."""
    clauses = {one: ClauseStatus(0, NOT_CHECKED) for one in clauses_of(kind)} if kind else {}
    return SubjectReport(name, kind, clauses=clauses)


def _subject(report: SubjectReport) -> SubjectData:
    return SubjectData(
        name=report.name,
        kind=report.kind,
        verdict=report.verdict.value,
        findings=[finding_data(one) for one in report.findings],
        clauses=_clauses(report),
        stats=_stats(report.stats),
    )


def _clauses(report: SubjectReport) -> dict[str, ClauseData]:
    """Return every clause, also those of other kinds: who reads the file needs no table."""
    missing = ClauseStatus(0, NOT_CHECKED)
    statuses = {one: report.clauses.get(one, missing) for one in CLAUSES} | report.clauses
    return {one: ClauseData(s.exercised, str(s.verdict)) for one, s in statuses.items()}


def finding_data(finding: Finding) -> FindingData:
    """Return one finding as data."""
    breach = finding.breach
    return FindingData(
        clause=breach.clause,
        severity=breach.severity.value,
        title=breach.title,
        message=breach.message,
        location=_place(finding.location),
        related=[RelatedPlace(r.file, r.line, r.function, r.role) for r in finding.related],
        evidence=dict(breach.evidence),
        signature=finding.signature,
        witness=finding.witness,
        replay=finding.replay,
    )


def _place(location: Location) -> Place:
    return Place(location.file, location.line, location.function)


def _stats(stats: Stats) -> StatsData:
    return StatsData(
        seed=stats.seed,
        examples=stats.examples,
        schedules=stats.schedules,
        operations=stats.operations,
        seconds=round(stats.seconds, 3),
        partial=stats.partial,
        error=stats.error,
    )


def _spelled(value: Any) -> Any:  # Any: builtins of any nesting, as msgspec gives them
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    if isinstance(value, dict):
        return {_spelled(k): _spelled(v) for k, v in value.items()}
    return value
