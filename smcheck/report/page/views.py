"""What the templates print: a report and its findings with all that has to be looked up.

Knows records and source, no markup and no file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.finding import NOT_CHECKED, Finding, Location, Severity, SubjectReport, Verdict
from smcheck.report.page.parting import Group, groups
from smcheck.report.page.sources import Place, place, shown_path
from smcheck.report.page.stage import as_json, stage
from smcheck.report.plain import counted
from smcheck.scenario import Scenario, Turn

_SEVERITIES = {
    Severity.VIOLATION: ("violation", "violations"),
    Severity.HAZARD: ("hazard", "hazards"),
    Severity.KNOWN: ("known", "known"),
}


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, ready to be printed.

    Attributes:
        anchor: What links lead to; unique on the page.
        number: Position among the subject's findings, from 1.
        clause: The rule, ``None`` for one that this version does not know.
        place: The line at fault with those around it.
        related: Further lines, each with its role.
        facts: Evidence, signature, witness: name and text.
        counts: What it took, such as ``3 operations``.
        groups: Rows of the twins.
        data: The scenario for the script, empty if there is nothing to draw.
    """

    anchor: str
    number: int
    finding: Finding
    clause: Clause | None
    place: Place
    related: tuple[Place, ...]
    facts: tuple[tuple[str, str], ...]
    counts: tuple[str, ...]
    groups: tuple[Group, ...]
    data: Markup | None

    @property
    def scenario(self) -> Scenario:
        """The finding's own."""
        return self.finding.scenario

    @property
    def turns_by_moment(self) -> dict[int, list[Turn]]:
        """Changes of the running task by when they came."""
        found: dict[int, list[Turn]] = {}
        for turn in self.scenario.turns:
            found.setdefault(turn.at, []).append(turn)
        return found

    @property
    def tasks(self) -> dict[int, str]:
        """Names of the tasks that did something, by number."""
        scenario = self.scenario
        active = {act.task for act in scenario.acts} | {step.task for step in scenario.steps}
        return {task: scenario.name_of(task) for task in sorted(active)}


@dataclass(frozen=True, slots=True)
class SubjectView:
    """One subject's report, ready to be printed."""

    anchor: str
    report: SubjectReport
    findings: tuple[FindingView, ...]
    counts: tuple[str, ...]
    about: str
    effort: str
    reasons: tuple[str, ...]
    checked: tuple[tuple[str, int, str], ...]
    unchecked: tuple[str, ...]


def subject_views(reports: Sequence[SubjectReport]) -> list[SubjectView]:
    """Return the reports in their order."""
    return [_subject(report, number) for number, report in enumerate(reports, 1)]


def tally(reports: Sequence[SubjectReport]) -> list[tuple[Verdict, int]]:
    """Return how many subjects came out how, the worst first, without those that are none."""
    order = (Verdict.VIOLATED, Verdict.INCONCLUSIVE, Verdict.HELD)
    counts = [(one, sum(report.verdict is one for report in reports)) for one in order]
    return [(verdict, count) for verdict, count in counts if count]


def file_stem(name: str) -> str:
    """Return a name that every file system takes, not always another one for another name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60].lower() or "subject"


def file_names(names: Iterable[str], *, prefix: str = "", taken: Collection[str] = ()) -> list[str]:
    """Return a file for the page of each name, each once, where case does not count either."""
    used, files = set(taken), []
    for name in names:
        stem = plain = f"{prefix}{file_stem(name)}"
        number = 1
        while stem in used:
            number += 1
            stem = f"{plain}-{number}"
        used.add(stem)
        files.append(f"{stem}.html")
    return files


def _subject(report: SubjectReport, number: int) -> SubjectView:
    anchor = f"subject-{number}"
    found = tuple(
        finding_view(finding, anchor=f"{anchor}-finding-{n}", number=n)
        for n, finding in enumerate(report.findings, 1)
    )
    kind = f"{report.kind} machine" if report.kind else ""
    statuses = sorted(report.clauses.items())
    return SubjectView(
        anchor=anchor,
        report=report,
        findings=found,
        counts=tuple(_severities(report)),
        about=" · ".join(one for one in (kind, effort(report)) if one),
        effort=effort(report),
        reasons=tuple(_reasons(report)),
        checked=tuple(
            (one, status.exercised, status.verdict)
            for one, status in statuses if status.verdict != NOT_CHECKED
        ),
        unchecked=tuple(one for one, status in statuses if status.verdict == NOT_CHECKED),
    )  # fmt: skip


def effort(report: SubjectReport) -> str:
    """Return what was tried, in a line; empty if nothing was searched."""
    stats = report.stats
    if not stats.examples and not stats.seconds:
        return ""  # a replay searched for nothing
    tried = (counted(stats.examples, "plan"), counted(stats.schedules, "schedule"),
             counted(stats.operations, "operation"))  # fmt: skip
    return f"{', '.join(tried)} in {stats.seconds:.1f} s, seed {stats.seed}"


def _severities(report: SubjectReport) -> Iterator[str]:
    for severity, (one, many) in _SEVERITIES.items():
        count = sum(finding.breach.severity is severity for finding in report.findings)
        if count:
            yield f"{count} {one if count == 1 else many}"


def _reasons(report: SubjectReport) -> Iterator[str]:
    if report.stats.partial:
        yield "partial: the check was ended before it was done"
    yield from report.reasons
    error = report.stats.error
    if error and not any(error in reason for reason in report.reasons):
        yield error


def finding_view(finding: Finding, *, anchor: str, number: int) -> FindingView:
    """Return a finding with all that has to be looked up."""
    scenario, breach = finding.scenario, finding.breach
    facts = (*breach.evidence, ("signature", finding.signature),
             ("witness", shown_path(finding.witness)))  # fmt: skip
    can_be_drawn = bool(scenario.steps or scenario.acts or scenario.versions[1:])
    return FindingView(
        anchor=anchor,
        number=number,
        finding=finding,
        clause=CLAUSES.get(breach.clause),
        place=place(finding.location),
        related=tuple(_related(finding)),
        facts=tuple((name, text) for name, text in facts if text),
        counts=tuple(_counts(scenario)),
        groups=groups(scenario.twins) if scenario.twins else (),
        data=as_json(stage(scenario, finding.location)) if can_be_drawn else None,
    )


def _related(finding: Finding) -> Iterator[Place]:
    """Return the further lines; the source of one that is shown already is not shown again."""
    shown = {_line(finding.location)}
    for one in dict.fromkeys(finding.related):
        found = place(one, around=1)
        yield replace(found, lines=()) if _line(one) in shown else found
        shown.add(_line(one))


def _line(location: Location) -> tuple[str, int]:
    return (location.file, location.line)


def _counts(scenario: Scenario) -> Iterator[str]:
    if scenario.acts:
        yield counted(len(scenario.acts), "operation")
    if scenario.steps:
        yield counted(len(scenario.steps), "line")
    if scenario.switches or scenario.deviations:
        yield counted(scenario.switches, "switch")
        yield f"{counted(scenario.deviations, 'deviation')} chosen"
    if scenario.executions:
        yield f"found and made small in {counted(scenario.executions, 'execution')}"
