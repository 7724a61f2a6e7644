"""Tables of a scenario as plain text: what was called, what is true when, twins side by side.

Pure: takes a scenario, returns lines of at most ``WIDTH`` columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smcheck.report.cells import cut, pad, width_of
from smcheck.report.lanes import WIDTH
from smcheck.scenario import Act, Row, Scenario, Twins, Version

_LIMIT_ACTS = 14
_LIMIT_VERSIONS = 6
_LIMIT_ROWS = 5
_LIMIT_OUTPUT = 3
_FEW = 4
"""Calls of which all are shown what they print; of more only the one that is wrong."""


def calls(scenario: Scenario, *, is_whole: bool = False) -> list[str]:
    """Return the operations per task with their results; ``!`` marks what is wrong."""
    acts = scenario.acts
    if not acts:
        return []
    chosen = _around(acts, _LIMIT_ACTS, is_whole=is_whole)
    names = [scenario.name_of(act.task) for act in acts]
    wide = max(map(width_of, names))
    answered = [n for n in chosen if _came(acts[n])]
    came = max((width_of(_came(acts[n])) for n in answered), default=0)
    limit = max(WIDTH // 2, WIDTH - wide - 6 - came)
    texts = [cut(acts[n].text, limit if n in answered else WIDTH) for n in chosen]
    width = min(limit, max(map(width_of, texts)))
    rows = ["called:"]
    for number, text in zip(chosen, texts, strict=True):
        rows += _left_out(chosen, number, "calls")
        act = acts[number]
        mark = "!" if act.is_wrong else " "
        rows.append(
            cut(f"{mark} {pad(names[number], wide)}  {pad(text, width)}  {_came(act)}", WIDTH)
        )
        if is_whole or act.is_wrong or len(chosen) <= _FEW:
            rows += _output(act, wide, is_whole=is_whole)
    return [row.rstrip() for row in [*rows, *_left_out(chosen, len(acts), "calls")]]


def _came(act: Act) -> str:
    came = act.result if act.ended is not None else "does not return"
    if act.operation in ("lookup", "prepare", "save") and act.first_version is not None:
        window = _window(act)
        came += f"   ({window})" if came else window
    return came


def _window(act: Act) -> str:
    verb = "may see" if act.operation == "lookup" else "of"
    if act.first_version == act.last_version:
        return f"{verb} version {act.first_version}"
    return f"{verb} versions {act.first_version} to {act.last_version}"


def _output(act: Act, wide: int, *, is_whole: bool) -> Iterator[str]:
    lines = act.output if is_whole else act.output[:_LIMIT_OUTPUT]
    for line in lines:
        yield cut(f"  {'':<{wide}}    says: {line}", WIDTH)
    if len(lines) < len(act.output):
        more = len(act.output) - len(lines)
        yield f"  {'':<{wide}}    … {more} line{'' if more == 1 else 's'} more"


def truths(scenario: Scenario, *, is_whole: bool = False) -> list[str]:
    """Return the log with the state after each entry, one entry at a time on one thread.

    Those around what is wrong are shown, the others left out.
    """
    versions = scenario.versions
    if len(versions) < 2:
        return []
    chosen = list(range(len(versions)))
    if not is_whole:
        chosen = _near(versions, scenario)
    entries = [cut(_entry(versions[n]), WIDTH // 2 - 8) for n in chosen]
    width = max(map(width_of, entries))
    rows = ["one entry at a time:"]
    is_told = len({version.state for version in versions}) > 1
    for number, entry in zip(chosen, entries, strict=True):
        rows += _left_out(chosen, number, "entries")
        one = versions[number]
        came = f"{one.result}; " if one.result else ""
        answers = ", ".join(f"{label} = {value}" for label, value in one.answers)
        state = one.state if is_told or not answers else answers
        row = f"  {one.number:>3}  {pad(entry, width)}  {came}{state}"
        rows.append(cut(row, 3 * WIDTH if is_whole else WIDTH).rstrip())
    return [*rows, *_left_out(chosen, len(versions), "entries")]


def _entry(version: Version) -> str:
    return f"index {version.index}: {version.entry}" if version.index else "before the first entry"


def _near(versions: Sequence[Version], scenario: Scenario) -> list[int]:
    """Return which versions say most: those around what is wrong, else the last ones."""
    wrong = next((act for act in scenario.acts if act.is_wrong), None)
    last = len(versions) - 1
    first = versions[0].number
    if wrong is not None and wrong.first_version is not None:
        last = min(last, (wrong.last_version or 0) + 1 - first)
    begin = max(0, last + 1 - _LIMIT_VERSIONS)
    return list(range(begin, last + 1))


def twins(both: Twins | None, *, is_whole: bool = False) -> list[str]:
    """Return two lives side by side, with a mark at the first difference."""
    if both is None or not both.rows:
        return []
    first = both.first
    rows = _chosen_rows(both.rows, first, is_whole=is_whole)
    label = min(32, max(len("twins:"), *(width_of(row.label) for row in rows)))
    width = (WIDTH - label - 8) // 2
    head = f"  {'twins:':<{label}}  {pad(cut(both.left, width), width)} | {cut(both.right, width)}"
    shown = [head.rstrip()]
    for row in rows:
        mark = "!" if first is not None and row is both.rows[first] else " "
        left, right = cut(row.left, width), cut(row.right, width)
        if row.differs and left == right:
            left, right = _apart(row, width)
        told = f"{mark} {pad(cut(row.label, label), label)}  {pad(left, width)} | {right}"
        shown.append(told.rstrip())
    if len(rows) < len(both.rows):
        shown.append(f"  … {len(both.rows) - len(rows)} rows more")
    return shown


def _apart(row: Row, width: int) -> tuple[str, str]:
    """Return the parts of two long values where they begin to differ."""
    pairs = zip(row.left, row.right, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(row.left), len(row.right)))
    begin = max(0, at - width // 3)
    return cut("…" + row.left[begin:], width), cut("…" + row.right[begin:], width)


def _chosen_rows(rows: Sequence[Row], first: int | None, *, is_whole: bool) -> Sequence[Row]:
    if is_whole or len(rows) <= _LIMIT_ROWS:
        return rows
    begin = max(0, min((first or 0) - 2, len(rows) - _LIMIT_ROWS))
    return rows[begin : begin + _LIMIT_ROWS]


def _around(acts: Sequence[Act], limit: int, *, is_whole: bool) -> list[int]:
    """Return which acts are shown: the wrong one and those before it first."""
    if is_whole or len(acts) <= limit:
        return list(range(len(acts)))
    wrong = next((n for n, act in enumerate(acts) if act.is_wrong), len(acts) - 1)
    begin = max(0, min(wrong - limit + 3, len(acts) - limit))
    return list(range(begin, begin + limit))


def _left_out(chosen: Sequence[int], number: int, what: str) -> list[str]:
    """Say how many were left out before a position."""
    before = max((n for n in chosen if n < number), default=-1)
    gone = number - before - 1
    return [f"  … {gone:,} {what} more"] if gone else []
