"""A store as a person reads it in a terminal: findings, then subjects. Nothing is printed here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from smcheck.campaign.records import Status, StoredFinding
from smcheck.campaign.report.blamed import has_source
from smcheck.campaign.report.counts import subject_rows
from smcheck.campaign.report.entries import ordered, times, told
from smcheck.campaign.report.moments import day, length, when
from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.site_views import about, warnings
from smcheck.report.finding_text import COLORS, finding_report
from smcheck.report.parts import said, verbatim
from smcheck.report.plain import counted, one_line, shown_path

_COLORS = {
    Status.NEW: "bold red",
    Status.RETURNED: "bold red",
    Status.KNOWN: "cyan",
    Status.FIXED: "green",
}


def store_table(view: CampaignView, *, root: Path, is_whole: bool = False) -> RenderableType:
    """Return everything about a store that fits into a terminal.

    Args:
        root: Folder that paths are shown relative to.
        is_whole: Tell each finding as ``smcheck check -v`` does.
    """
    parts: list[RenderableType] = [Text(_headline(view), style="bold")]
    last = view.last
    if last is not None:
        parts += [said(text) for text in about(last)]
    parts += [said(text, "yellow") for text in warnings(view)]
    for found in ordered(view.findings):
        parts += [Text(), *_finding(found, root, is_whole=is_whole)]
    if view.targets:
        parts += [Text(), _subjects(view)]
    lost = sum(len(one.lost) for one in view.runs)
    if lost:
        parts += [Text(), Text(f"{counted(lost, 'case')} lost: their workers ended, and did not "
                               "do so again")]  # fmt: skip
    return Group(*parts)


def _headline(view: CampaignView) -> str:
    where = counted(len(view.nights), "run")
    if not view.findings:
        return f"no finding in {where}"
    return f"{counted(len(view.findings), 'finding')} in {where}: {told(view.findings)}"


def _finding(found: StoredFinding, root: Path, *, is_whole: bool) -> Iterator[RenderableType]:
    breach, where = found.finding.breach, found.finding.location
    head = Text(f"{found.status.value:<9}", style=_COLORS[found.status])
    head.append(f" {one_line(breach.clause)}", style="bold default")
    head.append(f" {breach.severity.value}", style=f"not bold {COLORS[breach.severity]}")
    head.append(f"  {one_line(found.subject or found.target)}: {one_line(breach.title)}",
                style="not bold default")  # fmt: skip
    yield head
    seen = f"met {times(found.count)}, first {when(found.first_at)}, last {when(found.last_at)}"
    if found.status is Status.FIXED:
        seen += f", fixed {when(found.fixed_at)}"
    if is_whole:
        yield said(seen)
        yield finding_report(found.finding, root=root, is_whole=True, has_source=has_source(found))
        if found.stacks:
            yield verbatim(f"stacks:\n{found.stacks}")
        return
    function = f" in {one_line(where.function)}" if where.function else ""
    yield verbatim(f"{one_line(shown_path(where.file, root))}:{where.line}{function}")
    yield said(seen)
    if found.finding.replay:
        yield verbatim(one_line(found.finding.replay))


def _subjects(view: CampaignView) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("subject", style="bold", overflow="fold")
    for name in ("plans", "executions", "operations", "time", "new behaviour"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("last new")
    table.add_column("findings")
    for row in subject_rows(view):
        effort = row.effort
        found = [f"{count} {status}" for status, count in row.statuses]
        table.add_row(
            Text(one_line(row.name)), f"{effort.plans:,}", f"{effort.executions:,}",
            f"{effort.operations:,}", length(effort.seconds), f"{effort.news:,}",
            day(row.news_at), ", ".join(found) or "-",
        )  # fmt: skip
    return table
