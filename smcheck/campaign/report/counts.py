"""What was done and found, added up for each subject, each clause and each run. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from smcheck.campaign.records import Effort, Lost, Status, StoredFinding
from smcheck.campaign.report.entries import ORDER, counts
from smcheck.campaign.report.reading import CampaignView, Night, total
from smcheck.contract.clauses import CLAUSES


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject, over all runs.

    Attributes:
        name: Of the subject, as far as a finding told it.
        news_at: When it last showed new behaviour, in seconds since 1970; 0 for never.
    """

    target: str
    name: str
    effort: Effort
    statuses: tuple[tuple[Status, int], ...]
    news_at: float
    lost: int


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause that findings are of.

    Attributes:
        text: What the machine must keep; empty for a clause that this version does not know.
    """

    id: str
    text: str
    statuses: tuple[tuple[Status, int], ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NightRow:
    """One night: how it went and what it brought.

    Attributes:
        met: How many findings it met that were new, returned and known to it.
    """

    night: Night
    met: dict[Status, int]
    lost: int


def subject_rows(view: CampaignView) -> list[SubjectRow]:
    """Return a row for each subject, those with findings that matter most first."""
    rows = [_subject(view, target) for target in view.targets]
    return sorted(rows, key=lambda row: (_worst(row.statuses), row.name, row.target))


def clause_rows(findings: Iterable[StoredFinding]) -> list[ClauseRow]:
    """Return a row for each clause that has findings, in order of the alphabet."""
    groups: dict[str, list[StoredFinding]] = {}
    for found in findings:
        groups.setdefault(found.finding.breach.clause, []).append(found)
    return [_clause(id, group) for id, group in sorted(groups.items())]


def night_rows(view: CampaignView) -> list[NightRow]:
    """Return a row for each night, oldest first."""
    return [_night(night) for night in view.nights]


def lost_cases(view: CampaignView) -> list[tuple[float, Lost]]:
    """Return each case that did not come to its end with when that was, newest first."""
    every = [(one.run.began_at + case.at_s, case) for one in view.runs for case in one.lost]
    return sorted(every, key=lambda pair: (-pair[0], pair[1].target, pair[1].how))


def name_of(target: str, findings: Iterable[StoredFinding]) -> str:
    """Return the name of a subject, without a finding its file and what it is called there."""
    names = (found.subject for found in findings if found.target == target and found.subject)
    return next(names, target.rpartition("/")[2] or target)


def _subject(view: CampaignView, target: str) -> SubjectRow:
    findings = [found for found in view.findings if found.target == target]
    progress = [
        (one.run.began_at + moment.at_s, moment)
        for one in view.runs for moment in one.progress if moment.target == target
    ]  # fmt: skip
    return SubjectRow(
        target=target,
        name=name_of(target, findings),
        effort=total([moment for _, moment in progress]),
        statuses=tuple(counts(findings)),
        news_at=max((at for at, moment in progress if moment.effort.news), default=0.0),
        lost=sum(case.target == target for one in view.runs for case in one.lost),
    )


def _clause(id: str, findings: list[StoredFinding]) -> ClauseRow:
    clause = CLAUSES.get(id)
    subjects = sorted({found.subject or found.target for found in findings})
    text = clause.text if clause else ""
    return ClauseRow(id, text, tuple(counts(findings)), tuple(subjects))


def _night(night: Night) -> NightRow:
    met = Counter(one.status for one in night.met)
    return NightRow(night, dict(met), sum(len(one.lost) for one in night.runs))


def _worst(statuses: tuple[tuple[Status, int], ...]) -> int:
    return min((ORDER.index(status) for status, _ in statuses), default=len(ORDER))
