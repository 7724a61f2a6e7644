"""One finding as a person reads it: what rule, which line, in which order, how to see it again.

Knows no process and no option but the folder that paths are shown relative to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from smcheck.contract.clauses import CLAUSES
from smcheck.finding import Finding, Severity
from smcheck.report.lanes import lanes
from smcheck.report.parts import place, plain_text, said, verbatim
from smcheck.report.plain import counted, one_line, shown_path
from smcheck.report.tables import calls, truths, twins
from smcheck.scenario import Scenario

COLORS = {Severity.VIOLATION: "red", Severity.HAZARD: "yellow", Severity.KNOWN: "cyan"}
_LIMIT_LINES = 66
"""Lines for tables, places, message and picture: with title, rule and facts fewer than 80."""
_LEAST_ROWS, _MOST_ROWS = 14, 42
"""Of the picture of how it ran."""
_LIMIT_RELATED = 4
_LIMIT_MESSAGE = 800
"""Characters of a message, unless everything is shown: a state may be as long as it likes."""
_TOLD = frozenset({"path", "circumstance", "known"})
"""Evidence that says more than the message; the rest is for who wants everything."""


def finding_report(
    finding: Finding, *, number: int | None = None, root: Path | None = None,
    is_whole: bool = False, has_source: bool = True,
) -> RenderableType:  # fmt: skip
    """Return one finding: clause, place, what came, how it ran, how to replay it.

    Args:
        number: Put before it.
        root: Folder that paths are shown relative to; the working directory unless given.
        is_whole: Leave nothing out.
        has_source: The files still are what ran, so their lines may be shown.
    """
    parts = _parts(finding, number, root or Path.cwd(), is_whole=is_whole, has_source=has_source)
    return Group(*parts)


def finding_text(finding: Finding, *, root: Path | None = None, has_source: bool = True) -> str:
    """Return one finding as plain text, for the message of an exception."""
    return plain_text(finding_report(finding, root=root, has_source=has_source))


def _parts(
    finding: Finding, number: int | None, root: Path, *, is_whole: bool, has_source: bool
) -> Iterator[RenderableType]:
    breach = finding.breach
    title = Text(f"{number}. " if number else "")
    title.append(breach.clause, style="bold")
    title.append(f" {breach.severity.value}", style=COLORS[breach.severity])
    title.append(f"  {one_line(breach.title)}")
    yield title
    yield from place(finding.location, root, has_source=has_source)
    related = finding.related if is_whole else finding.related[:_LIMIT_RELATED]
    for one in related:
        yield from place(one, root, has_source=has_source)
    yield said(breach.message if is_whole else _cut(breach.message))
    clause = CLAUSES.get(breach.clause)
    if clause is not None:
        yield said(f"the rule: {clause.text} {clause.reason}", "italic")
    yield from _pictures(finding, is_whole=is_whole)
    yield Text()
    yield verbatim("\n".join(_facts(finding, root, is_whole=is_whole)))


def _cut(message: str) -> str:
    """Keep the beginning and the end, which says what to do."""
    if len(message) <= _LIMIT_MESSAGE:
        return message
    end = _LIMIT_MESSAGE // 3
    left_out = len(message) - _LIMIT_MESSAGE
    return f"{message[: 2 * end]} … {left_out:,} characters … {message[-end:]}"


def _pictures(finding: Finding, *, is_whole: bool) -> Iterator[RenderableType]:
    scenario = finding.scenario
    blamed = [(one.file, one.line) for one in (finding.location, *finding.related)]
    tables = [
        calls(scenario, is_whole=is_whole),
        twins(scenario.twins, is_whole=is_whole),
        truths(scenario, is_whole=is_whole),
    ]
    limit = None if is_whole else _rows_left(finding, sum(len(rows) + 1 for rows in tables))
    for rows in (*tables, lanes(scenario, blamed=blamed, limit_rows=limit)):
        if rows:
            yield Text()
            yield _styled("\n".join(rows))


def _rows_left(finding: Finding, taken: int) -> int:
    """Return how many rows the picture may have, so that all of it stays below the limit."""
    places = 2 * (1 + min(len(finding.related), _LIMIT_RELATED))
    said = min(len(finding.breach.message), _LIMIT_MESSAGE) // 80 + 1
    return max(_LEAST_ROWS, min(_MOST_ROWS, _LIMIT_LINES - taken - places - said))


def _styled(text: str) -> RenderableType:
    """Mark what is wrong and where another task got in; columns say it without color too."""
    shown = verbatim(text)
    shown.highlight_regex(r"(?m)^ *! .*$", "bold red")
    shown.highlight_regex(r"(?m)^ *==> .*$", "bold yellow")
    shown.highlight_regex(r"(?m)^ *--> .*$", "yellow")
    return shown


def _facts(finding: Finding, root: Path, *, is_whole: bool) -> Iterator[str]:
    breach = finding.breach
    told = [(k, v) for k, v in breach.evidence if is_whole or k in _TOLD]
    for name, value in (
        *told,
        ("size", _size(finding.scenario)),
        ("signature", finding.signature),
        ("witness", shown_path(finding.witness, root) if finding.witness else ""),
        ("replay", finding.replay),
    ):
        if value:
            yield f"{name}: {value}"


def _size(scenario: Scenario) -> str:
    """Return how large the case is and what it took to find it and to make it small."""
    parts = [counted(len(scenario.acts), "operation")] if scenario.acts else []
    if scenario.switches:
        parts.append(counted(scenario.switches, "switch"))
    if scenario.deviations:
        parts.append(f"{scenario.deviations} chosen by the search")
    tried = [f"found in {counted(scenario.executions, 'execution')}"]
    return "; ".join([", ".join(parts), *(tried if scenario.executions else [])]).removeprefix("; ")
