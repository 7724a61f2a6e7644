"""The report as a person reads it: renderables made from a report, nothing printed here.

Pure but for one thing: lines of source are read to be shown. Knows no process and no option
but the folder that paths are shown relative to.
"""

from __future__ import annotations

import io
import linecache
import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from smcheck.contract.clauses import CLAUSES
from smcheck.finding import (
    NOT_CHECKED,
    Finding,
    Location,
    Severity,
    SubjectReport,
    Verdict,
)

_COLORS = {Verdict.HELD: "bold green", Verdict.VIOLATED: "bold red",
           Verdict.INCONCLUSIVE: "bold yellow"}  # fmt: skip
_SEVERITIES = {Severity.VIOLATION: "red", Severity.HAZARD: "yellow", Severity.KNOWN: "cyan"}
_INDENT = 3


def subject_report(report: SubjectReport, *, root: Path | None = None) -> RenderableType:
    """Return everything about one subject: verdict, findings, what was not checked.

    Args:
        root: Folder that paths are shown relative to; the working directory unless given.
    """
    root = root or Path.cwd()
    parts: list[RenderableType] = [_headline(report), _said(_effort(report))]
    if report.stats.partial:
        parts.append(_said("partial: the check was ended before it was done", "yellow"))
    parts += [_said(reason) for reason in report.reasons]
    error = report.stats.error
    if error and not any(error in said for said in _already_said(report)):
        parts.append(_said(error))
    for number, finding in enumerate(report.findings, 1):
        parts += [Text(), finding_report(finding, number=number, root=root)]
    parts += [Text(), *_coverage(report)]
    return Group(*parts)


def subject_summary(report: SubjectReport, *, root: Path | None = None) -> RenderableType:
    """Return one subject in short: verdict, a line or two for each finding, not checked."""
    root = root or Path.cwd()
    parts: list[RenderableType] = [_headline(report), _said(_effort(report))]
    parts += [_said(reason) for reason in report.reasons]
    for finding in report.findings:
        breach = finding.breach
        reason = "".join(f" ({why})" for name, why in breach.evidence if name == "known")
        parts.append(_said(f"{breach.clause} {breach.severity.value}{reason}: {breach.title}"))
        parts += _place(finding.location, root)
        if finding.replay:
            parts.append(_verbatim(f"replay: {finding.replay}"))
    return Group(*parts, *_unchecked_lines(report))


def finding_report(
    finding: Finding, *, number: int | None = None, root: Path | None = None
) -> RenderableType:
    """Return one finding: clause, place, what came, the interleaving, how to replay it."""
    root = root or Path.cwd()
    return Group(*_finding_parts(finding, number, root))


def finding_text(finding: Finding, *, root: Path | None = None) -> str:
    """Return one finding as plain text, for the message of an exception."""
    return plain_text(finding_report(finding, root=root))


def plain_text(*renderables: RenderableType) -> str:
    """Return what a file 100 columns wide would show of ``renderables``."""
    console = Console(file=io.StringIO(), width=100, color_system=None, highlight=False)
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable, crop=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _finding_parts(finding: Finding, number: int | None, root: Path) -> Iterator[RenderableType]:
    breach = finding.breach
    title = Text(f"{number}. " if number else "")
    title.append(breach.clause, style="bold")
    title.append(f" {breach.severity.value}", style=_SEVERITIES[breach.severity])
    title.append(f"  {visible(breach.title)}")
    yield title
    yield from _place(finding.location, root)
    yield _said(breach.message)
    if finding.diagram:
        yield Text()
        yield _verbatim(finding.diagram)
        yield Text()
    for place in finding.related:
        yield from _place(place, root)
    facts = [
        *breach.evidence,
        ("signature", finding.signature),
        ("witness", _shown_path(finding.witness, root)),
        ("replay", finding.replay),
    ]
    yield _verbatim("\n".join(f"{name}: {value}" for name, value in facts if value))


def _already_said(report: SubjectReport) -> list[str]:
    return [*report.reasons, *(finding.breach.message for finding in report.findings)]


def _headline(report: SubjectReport) -> Text:
    line = Text(visible(report.name), style="bold")
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
        f"{_count(stats.examples, 'plan')}, {_count(stats.schedules, 'schedule')}, "
        f"{_count(stats.operations, 'operation')} in {stats.seconds:.1f} s, seed {stats.seed}"
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
            f"{told}, as far as {_count(stats.examples, 'plan')} under "
            f"{_count(stats.schedules, 'schedule')} show; switches were tried between lines and "
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


def _place(place: Location, root: Path) -> Iterator[RenderableType]:
    role = f"{visible(place.role)}: " if place.role else ""
    where = Text(f"{role}{_shown_path(place.file, root)}:{place.line}", style="bold")
    where.append(f" in {place.function}" if place.function else "", style="not bold")
    yield _unwrapped(where)
    source = linecache.getline(place.file, place.line).strip()
    if source:
        yield _unwrapped(Text(f"    {place.line} | {visible(source)[:88]}", style="cyan"))


def _shown_path(path: str, root: Path) -> str:
    if not os.path.isabs(path):
        return visible(path)
    shown = os.path.relpath(path, root)
    return visible(path if shown.startswith("..") else shown)


def _said(text: str, style: str = "") -> RenderableType:
    return Padding(Text(visible(text), style=style), (0, 0, 0, _INDENT))


def _verbatim(text: str) -> RenderableType:
    lines = (f"{'':{_INDENT}}{line}".rstrip() for line in visible(text).splitlines())
    return _as_is(Text("\n".join(lines)))


def _unwrapped(text: Text) -> RenderableType:
    return _as_is(Text.assemble(" " * _INDENT, text))


def _as_is(text: Text) -> Text:
    """Keep what a person copies or reads in columns from being broken by the width."""
    text.no_wrap, text.overflow = True, "ignore"
    return text


def visible(text: str) -> str:
    r"""Spell out control characters, so that a machine's text cannot command the terminal.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else _spelled(c) for c in text)


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _clauses(number: int) -> str:
    return _count(number, "clause")
