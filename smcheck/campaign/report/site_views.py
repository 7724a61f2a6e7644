"""What the templates of the site print: a store with all that has to be looked up.

Knows records and source, no markup and no folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smcheck.campaign.records import Ended, Lost, Status, StoredFinding
from smcheck.campaign.report.blamed import with_true_source
from smcheck.campaign.report.charts import Chart
from smcheck.campaign.report.counts import (
    ClauseRow,
    NightRow,
    SubjectRow,
    clause_rows,
    lost_cases,
    name_of,
    night_rows,
    subject_rows,
)
from smcheck.campaign.report.entries import (
    by_status,
    counts,
    ordered,
    page_names,
    standing,
    times,
)
from smcheck.campaign.report.moments import iso, length, when
from smcheck.campaign.report.nights import run_charts
from smcheck.campaign.report.over_time import behaviour_charts, night_charts
from smcheck.campaign.report.reading import CampaignView, Night
from smcheck.report.page.views import FindingView, finding_view
from smcheck.report.plain import counted, shown_path

_OPEN = 20
"""Known and fixed findings up to which their lists begin open."""
_LIMIT_LOST = 50

_GROUPS = {
    Status.NEW: ("New", "Met for the first time."),
    Status.RETURNED: ("Returned", "They had been fixed, and were met again."),
    Status.KNOWN: ("Known", "Earlier runs met them too, and they still fail."),
    Status.FIXED: ("Fixed", "Their replays fail no more."),
}


_MET = (Status.NEW, Status.RETURNED, Status.KNOWN)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment for people and for machines; both without one are empty or a dash."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in a list."""

    page: str
    clause: str
    severity: str
    title: str
    subject: str
    place: str
    function: str
    times: str
    first: Moment
    last: Moment


@dataclass(frozen=True, slots=True)
class GroupView:
    """The findings of one status."""

    status: Status
    title: str
    about: str
    findings: tuple[FindingRow, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject in the table."""

    name: str
    target: str
    statuses: tuple[tuple[Status, int], ...]
    numbers: tuple[str, ...]
    news: Moment


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a table; ``shards`` says of how many parts it is."""

    began: Moment
    shards: str
    mode: str
    ended: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostLine:
    """A case that did not come to its end."""

    name: str
    at: Moment
    how: str
    stacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteView:
    """The index.

    Attributes:
        about: What the last run did, line by line.
        warnings: What a reader must know before trusting the rest.
        drawn: When the run began that the charts are of.
    """

    headline: str
    about: tuple[str, ...]
    warnings: tuple[str, ...]
    tally: tuple[tuple[Status, int], ...]
    groups: tuple[GroupView, ...]
    drawn: Moment
    charts: tuple[Chart, ...]
    behaviour: tuple[Chart, ...]
    run_charts: tuple[Chart, ...]
    runs: tuple[RunLine, ...]
    subjects: tuple[SubjectLine, ...]
    clauses: tuple[ClauseRow, ...]
    lost: tuple[LostLine, ...]
    lost_count: int


@dataclass(frozen=True, slots=True)
class Met:
    """A run that met a finding."""

    began: Moment
    mode: str
    seed: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class KeptView:
    """The page of one finding.

    Attributes:
        before: Page of the finding before it, empty for the first.
    """

    row: FindingRow
    status: Status
    standing: str
    target: str
    view: FindingView
    facts: tuple[tuple[str, str], ...]
    history: tuple[Met, ...]
    stacks: tuple[str, ...]
    before: str
    after: str


def site_view(view: CampaignView, *, root: Path) -> SiteView:
    """Return what stands on the index.

    Args:
        root: Folder that paths are shown relative to.
    """
    nights = night_rows(view)
    last, drawn = view.last, view.drawn
    lost = lost_cases(view)
    return SiteView(
        headline=headline(view),
        about=tuple(about(last)) if last else (),
        warnings=tuple(warnings(view)),
        tally=tuple(counts(view.findings)),
        groups=tuple(_groups(view, root)),
        drawn=_moment(drawn.began_at if drawn else 0.0),
        charts=tuple(night_charts(drawn)) if drawn else (),
        behaviour=tuple(behaviour_charts(drawn)) if drawn else (),
        run_charts=tuple(run_charts(nights)),
        runs=tuple(_run(row) for row in reversed(nights)),
        subjects=tuple(_subject(row) for row in subject_rows(view)),
        clauses=tuple(clause_rows(view.findings)),
        lost=tuple(_lost(at, case, view) for at, case in lost[:_LIMIT_LOST]),
        lost_count=len(lost),
    )


def kept_views(view: CampaignView, *, root: Path) -> list[KeptView]:
    """Return what stands on the pages of the findings, in the order of the index."""
    findings = ordered(view.findings)
    pages = ["", *page_names(findings), ""]
    return [
        _kept(found, view, number=number, pages=pages[number - 1 : number + 2], root=root)
        for number, found in enumerate(findings, 1)
    ]


def headline(view: CampaignView) -> str:
    """Return the answer to the first question of the morning."""
    many = dict(counts(view.findings))
    new, returned = many.get(Status.NEW, 0), many.get(Status.RETURNED, 0)
    told = [counted(new, "new finding")] if new else []
    if returned:
        told.append(f"{returned} returned" if new else counted(returned, "returned finding"))
    if told:
        return ", ".join(told)
    return "Nothing new" if view.runs else "No run yet"


def about(night: Night) -> list[str]:
    """Return what a night was and what it did."""
    run, effort = night.run, night.effort
    parts = f", {len(night.runs)} of {run.shard[1]} shards" if run.shard[1] > 1 else ""
    workers = counted(sum(one.run.jobs for one in night.runs), "worker")
    canary = f"; canary found after {length(night.canary_s)}" if night.canary_s is not None else ""
    return [
        f"Last run: {run.mode}, {when(night.began_at)}, {ended(night)} after "
        f"{length(night.seconds)} on {workers}{parts}, seed {run.seed}{canary}",
        f"{counted(effort.plans, 'plan')}, {counted(effort.executions, 'execution')}, "
        f"{counted(effort.operations, 'operation')}, {counted(effort.news, 'piece')} "
        "of new behaviour",
    ]


def warnings(view: CampaignView) -> list[str]:
    """Return what a reader must know before trusting the rest, above all of the last run."""
    found = [f"{view.trouble[:1].upper()}{view.trouble[1:]}"] if view.trouble else []
    night = view.last
    if night is None:
        return found
    if night.has_missed_canary:
        found.append(
            "The canary was not found: this run would have missed a bug that was planted, so that "
            "it found nothing else says little."
        )
    if ended(night) in (Ended.KILLED, Ended.FAILED, Ended.RUNNING):
        found.append("The run is not over, or did not come to its end: this is as far as it got.")
    return found


def ended(night: Night) -> Ended:
    """Return how a night ended: as its shard that fared worst."""
    worst = (Ended.FAILED, Ended.KILLED, Ended.INTERRUPTED, Ended.RUNNING, Ended.STOPPED)
    found = {one.run.ended for one in night.runs}
    return next((one for one in worst if one in found), Ended.DONE)


def _groups(view: CampaignView, root: Path) -> list[GroupView]:
    findings = ordered(view.findings)
    rows = {
        id(found): _row(found, page, root)
        for found, page in zip(findings, page_names(findings), strict=True)
    }
    return [
        GroupView(
            status, *_GROUPS[status], tuple(rows[id(found)] for found in group),
            is_open=status in (Status.NEW, Status.RETURNED) or len(group) <= _OPEN,
        )
        for status, group in by_status(findings)
    ]  # fmt: skip


def _row(found: StoredFinding, page: str, root: Path) -> FindingRow:
    breach, location = found.finding.breach, found.finding.location
    return FindingRow(
        page=page,
        clause=breach.clause,
        severity=breach.severity.value,
        title=breach.title,
        subject=found.subject or found.target,
        place=f"{shown_path(location.file, root)}:{location.line}",
        function=location.function,
        times=times(found.count),
        first=_moment(found.first_at),
        last=_moment(found.last_at),
    )


def _kept(
    found: StoredFinding, view: CampaignView, *, number: int, pages: Sequence[str], root: Path
) -> KeptView:
    facts = [("first seen", when(found.first_at)), ("last seen", when(found.last_at))]
    facts += [("fixed", when(found.fixed_at))] if found.fixed_at else []
    facts += [("latest replay", found.replayed)] if found.replayed else []
    facts += [("signatures", ", ".join(found.signatures))]
    article = finding_view(found.finding, anchor="finding", number=number)
    return KeptView(
        row=_row(found, pages[1], root),
        status=found.status,
        standing=standing(found),
        target=found.target,
        view=with_true_source(article, found),
        facts=tuple(facts),
        history=tuple(_history(found, view)),
        stacks=tuple(found.stacks.splitlines()),
        before=pages[0],
        after=pages[2],
    )


def _history(found: StoredFinding, view: CampaignView) -> list[Met]:
    ids = {*found.sightings, found.first_run, found.last_run}
    return [
        Met(_moment(run.began_at), run.mode, run.seed, run.id == found.first_run)
        for run in (one.run for one in view.runs) if run.id in ids
    ]  # fmt: skip


def _subject(row: SubjectRow) -> SubjectLine:
    effort = row.effort
    many = (effort.plans, effort.executions, effort.operations)
    news = (effort.lines, effort.edges, effort.states, effort.contexts)
    return SubjectLine(
        name=row.name,
        target=row.target,
        statuses=row.statuses,
        numbers=(
            *(f"{one:,}" for one in many), length(effort.seconds), *(f"{one:,}" for one in news),
        ),
        news=_moment(row.news_at),
    )  # fmt: skip


def _run(row: NightRow) -> RunLine:
    night, run = row.night, row.night.run
    canary = "missed" if night.has_missed_canary else "-"
    return RunLine(
        began=_moment(night.began_at),
        shards=f"{len(night.runs)} of {run.shard[1]} shards" if run.shard[1] > 1 else "",
        mode=run.mode,
        ended=ended(night),
        numbers=(
            *(str(row.met.get(status, 0)) for status in _MET), length(night.seconds),
            str(sum(one.run.jobs for one in night.runs)), f"{night.effort.executions:,}",
            str(run.seed), canary if night.canary_s is None else length(night.canary_s),
            str(row.lost),
        ),
    )  # fmt: skip


def _lost(at: float, case: Lost, view: CampaignView) -> LostLine:
    name = name_of(case.target, view.findings)
    return LostLine(name, _moment(at), case.how, tuple(case.stacks.splitlines()))


def _moment(seconds: float) -> Moment:
    return Moment(when(seconds), iso(seconds))
