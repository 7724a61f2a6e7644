"""The report as a person reads it: renderables made from a report, nothing printed here.

Knows no process and no option but the folder that paths are shown relative to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from smcheck.contract.clauses import CLAUSES
from smcheck.finding import NOT_CHECKED, Severity, SubjectReport, Verdict
from smcheck.report.finding_text import finding_report, finding_text
from smcheck.report.parts import place, plain_text, said, verbatim
from smcheck.report.plain import counted, one_line, visible

__all__ = [
    "finding_report", "finding_text", "plain_text", "subject_report", "subject_summary", "visible",
    "why_unchecked",
]  # fmt: skip

_COLORS = {Verdict.HELD: "bold green", Verdict.VIOLATED: "bold red",
           Verdict.INCONCLUSIVE: "bold yellow"}  # fmt: skip


def subject_report(
    report: SubjectReport, *, root: Path | None = None, is_whole: bool = False
) -> RenderableType:
    """Return everything about one subject: verdict, findings, what was not checked.

    Args:
        root: Folder that paths are shown relative to; the working directory unless given.
        is_whole: Leave nothing of the findings out.
    """
    root = root or Path.cwd()
    parts: list[RenderableType] = [_headline(report), said(_effort(report))]
    if report.stats.partial:
        parts.append(said("partial: the check was ended before it was done", "yellow"))
    parts += [said(reason) for reason in report.reasons]
    error = report.stats.error
    if error and not any(error in said for said in _alreadysaid(report)):
        parts.append(said(error))
    for number, finding in enumerate(report.findings, 1):
        parts += [Text(), finding_report(finding, number=number, root=root, is_whole=is_whole)]
    parts += [Text(), *_coverage(report)]
    return Group(*parts)


def subject_summary(report: SubjectReport, *, root: Path | None = None) -> RenderableType:
    """Return one subject in short: verdict, a line or two for each finding, not checked."""
    root = root or Path.cwd()
    parts: list[RenderableType] = [_headline(report), said(_effort(report))]
    parts += [said(reason) for reason in report.reasons]
    for finding in report.findings:
        breach = finding.breach
        reason = "".join(f" ({why})" for name, why in breach.evidence if name == "known")
        parts.append(said(f"{breach.clause} {breach.severity.value}{reason}: {breach.title}"))
        parts += place(finding.location, root)
        if finding.replay:
            parts.append(verbatim(f"replay: {finding.replay}"))
    return Group(*parts, *_unchecked_lines(report))


def _alreadysaid(report: SubjectReport) -> list[str]:
    return [*report.reasons, *(finding.breach.message for finding in report.findings)]


def _headline(report: SubjectReport) -> Text:
    line = Text(one_line(report.name), style="bold")
    line.append(f" ({report.kind})" if report.kind else "", style="not bold")
    line.append(": ")
    line.append(str(report.verdict), style=_COLORS[report.verdict])
    counts = [
        (sum(f.breach.severity is severity for f in report.findings), plural)
        for severity, plural in (
            (Severity.VIOLATION, "violation{}"), (Severity.HAZARD, "hazard{}"),
            (Severity.KNOWN, "known"),
        )
    ]  # fmt: skip
    told = [f"{n} {word.format('' if n == 1 else 's')}" for n, word in counts if n]
    unchecked = len(_unchecked(report))
    if unchecked and report.verdict is Verdict.HELD:
        told.append(f"{_clauses(unchecked)} not checked")
    line.append(f", {', '.join(told)}" if told else "", style="not bold")
    return line


def _effort(report: SubjectReport) -> str:
    stats = report.stats
    return (
        f"{counted(stats.examples, 'plan')}, {counted(stats.schedules, 'schedule')}, "
        f"{counted(stats.operations, 'operation')} in {stats.seconds:.1f} s, seed {stats.seed}"
    )


def _coverage(report: SubjectReport) -> Iterator[RenderableType]:
    """Tell how far the answer goes: what held, what was never exercised and why."""
    fine = sum(status.verdict == Verdict.HELD for status in report.clauses.values())
    if fine:
        stats = report.stats
        told = (
            f"{_clauses(fine)} held"
            if report.verdict is Verdict.HELD
            else (f"no breach of {_clauses(fine)} was seen")
        )
        yield Text(
            f"{told}, as far as {counted(stats.examples, 'plan')} under "
            f"{counted(stats.schedules, 'schedule')} show; switches were tried between lines and "
            "at visible accesses inside them. Other plans and schedules were not tried."
        )
    yield from _unchecked_lines(report)


def _unchecked_lines(report: SubjectReport) -> Iterator[RenderableType]:
    for reason, ids in _by_reason(report).items():
        line = Text(NOT_CHECKED, style="yellow")
        line.append(f", {reason}: ", style="not bold")
        line.append(" ".join(ids), style="default")
        yield line


def _by_reason(report: SubjectReport) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for one in _unchecked(report):
        reasons.setdefault(why_unchecked(one), []).append(one)
    return reasons


def why_unchecked(clause_id: str) -> str:
    """Return why a clause that was not exercised was not."""
    clause = CLAUSES.get(clause_id)
    if clause is None or clause.is_duty:
        return "never exercised by what was drawn"
    return "not the machine's duty"


def _unchecked(report: SubjectReport) -> list[str]:
    return [one for one, status in report.clauses.items() if status.verdict == NOT_CHECKED]


def _clauses(number: int) -> str:
    return counted(number, "clause")
