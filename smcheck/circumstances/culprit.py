"""Name the line of the machine that made two lives part: the difference of their traces.

The same script runs in two fresh processes with every line recorded; the line that ran just
before the first difference is the culprit. No list of forbidden calls is needed, so this knows
nothing of clocks, sets or random numbers.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from smcheck.circumstances.bisect import (
    Bisection,
    Differ,
    Twin,
    TwinLost,
    bisecting,
    lives_differ,
)
from smcheck.circumstances.blame import Origin, Part, blame
from smcheck.circumstances.compare import parting
from smcheck.circumstances.cuts import blame_cuts
from smcheck.circumstances.data import GARBAGE, Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.wire import Trace
from smcheck.finding import Location
from smcheck.host.life import Life, Script

CONSTRUCTION = -1
"""Position of the step in which the machine is constructed."""

_LIMIT_SHOWN = 80
_BEFORE = 20


@dataclass(frozen=True, slots=True)
class Culprit:
    """The first line that yielded another value.

    Attributes:
        location: The line, in the machine's own code.
        source: Its text without indentation.
        step: Position of the step in the script.
        name: What differed after it: a local, an attribute ``self.name``, ``return value``,
            or ``next line`` where the two lives went on differently.
        values: What it was in the one and in the other life, shortened.
        calls: What the line calls, as it is written there.
        part: An attribute of the machine that is another one afterwards: a hint.
    """

    location: Location
    source: str
    step: int
    name: str
    values: tuple[str, str]
    calls: tuple[str, ...] = ()
    part: Part | None = None


def find_culprit(
    target: str,
    script: Script,
    settings: tuple[Setting, Setting],
    *,
    twins: tuple[Twin, Twin] | None = None,
    folder: Path | None = None,
    timeout_s: float = 10.0,
    by_themselves: bool = False,
) -> Culprit | None:
    """Return the line at which two lives part, ``None`` if no line shows it.

    Args:
        target: What ``smcheck.target.resolve`` takes.
        settings: Those of the two lives, best two that differ in one circumstance only.
        twins: Workers that differed just now; two new ones if these differ no more.
        folder: Where a relative target starts.
        timeout_s: Longest wait for one life.
        by_themselves: Attributes may change while any line runs; see ``blame``.
    """
    part = partial(_between, (script, script), by_themselves=by_themselves)
    found = part(twins) if twins is not None else None
    if found is None:
        with (
            tempfile.TemporaryDirectory(prefix="smcheck-culprit-") as scratch,
            Pool(
                target, settings, timeout_s=timeout_s, folder=folder,
                scratch=Path(scratch), same_addresses=True,
            ) as pool,
        ):  # fmt: skip
            one, other = settings
            found = part((Twin(pool, 0, one), Twin(pool, 1, other)))
    return found


def find_between(scripts: tuple[Script, Script], pool: Pool) -> Culprit | None:
    """Return the line at which the lives of two scripts of the same steps part, if one shows it.

    Such are the lives of two replicas, which differ in their ids.

    Args:
        pool: Workers, of which the first one lives both.
    """
    twin, (one, other) = Twin(pool, 0, pool.settings[0]), scripts
    ids = ((one.shard_id, other.shard_id), (one.replica_id, other.replica_id))
    given = frozenset((str(a), str(b)) for a, b in ids)
    return _between(scripts, (twin, twin), given=given)


def _between(
    scripts: tuple[Script, Script],
    twins: tuple[Twin, Twin],
    *,
    given: frozenset[tuple[str, str]] = frozenset(),
    by_themselves: bool = False,
) -> Culprit | None:
    """Trace both lives and follow their first difference back."""
    try:
        one, trace = _traced(twins[0], scripts[0])
        other, other_trace = _traced(twins[1], scripts[1])
    except TwinLost:
        return None
    parted = parting(one, other)
    if parted is None:
        return None
    origin, part = blame(
        trace, other_trace, step=parted.step, source=source_line,
        given=given, by_themselves=by_themselves,
    )  # fmt: skip
    return _culprit(origin, part) if origin is not None and origin.file else None


def find_in_batches(scripts: Sequence[Script], pool: Pool) -> Culprit | None:
    """Return the line at which lives part that apply the same log in other batches.

    Args:
        scripts: First one entry at a time, then others until one of them comes to another result.
        pool: Workers, of which the first one lives all of them.
    """
    twin = Twin(pool, 0, pool.settings[0])
    try:
        one, trace = _traced(twin, scripts[0])
        for script in scripts[1:]:
            other, other_trace = _traced(twin, script)
            for entry in _suspects(one, other):
                index = script.log[entry].index
                origin = blame_cuts(trace, other_trace, index=index, source=source_line)
                if origin is not None:
                    return _culprit(origin, None)
    except TwinLost:
        pass
    return None


def _suspects(one: Life, other: Life) -> Sequence[int]:
    """Return the first entry that resulted otherwise, all where only what is left differs."""
    pairs = enumerate(zip(one.results, other.results, strict=False))
    differing = [number for number, (a, b) in pairs if a != b]
    if differing:
        return differing[:1]
    return range(len(one.results)) if one.observations[-1:] != other.observations[-1:] else ()


def _traced(twin: Twin, script: Script) -> tuple[Life, Trace]:
    return twin.trace(script, first=CONSTRUCTION, last=len(script.steps) - 1)


def investigate(
    target: str,
    script: Script,
    settings: tuple[Setting, Setting],
    *,
    pool: Pool | None = None,
    folder: Path | None = None,
    timeout_s: float = 10.0,
    differ: Differ = lives_differ,
) -> tuple[Bisection, Culprit | None]:
    """Bisect a difference and name its line, with as few new processes as it takes.

    The arguments are those of ``bisect``.
    """
    with bisecting(
        target, script, settings, pool=pool, folder=folder, timeout_s=timeout_s, differ=differ
    ) as found:
        if found.lives is None:
            return found, None
        culprit = find_culprit(
            target, script, found.settings,
            twins=found.twins, folder=folder, timeout_s=timeout_s,
            by_themselves=found.names[:1] == (GARBAGE,),
        )  # fmt: skip
    return replace(found, twins=None), culprit


def _culprit(origin: Origin, part: Part | None) -> Culprit:
    return Culprit(
        Location(origin.file, origin.line, origin.function),
        source_line(origin.file, origin.line),
        origin.step,
        origin.name,
        shorten(origin.values),
        calls_in(origin.file, origin.line),
        None if part is None else Part(part.name, shorten(part.values)),
    )


def calls_in(file: str, line: int) -> tuple[str, ...]:
    """Return what the statement at a line calls, as it is written, the outermost first."""
    try:
        tree = ast.parse("\n".join(_lines_of(file)))
    except (SyntaxError, ValueError):
        return ()
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not around:
        return ()
    innermost = max(around, key=lambda node: node.lineno)
    calls = [n for n in ast.walk(innermost) if isinstance(n, ast.Call) and n.lineno == line]
    return tuple(dict.fromkeys(ast.unparse(call.func) for call in calls))


def shorten(pair: tuple[str, str]) -> tuple[str, str]:
    """Return both texts short enough for a report, with the first difference in them.

    >>> shorten(("a" * 200 + "x", "a" * 200 + "y"))[0]
    '…aaaaaaaaaaaaaaaaaaaax'
    """
    same = [a == b for a, b in zip(*pair, strict=False)]
    common = same.index(False) if False in same else len(same)
    start = common - _BEFORE if max(map(len, pair)) > _LIMIT_SHOWN and common > _BEFORE else 0
    return _cut(pair[0], start), _cut(pair[1], start)


def _cut(text: str, start: int) -> str:
    shown = text[start : start + _LIMIT_SHOWN]
    before, after = "…" if start else "", "…" if start + _LIMIT_SHOWN < len(text) else ""
    return f"{before}{shown}{after}"


def source_line(file: str, line: int) -> str:
    """Return one line of source without its indentation, empty if it cannot be read."""
    lines = _lines_of(file)
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


@lru_cache(maxsize=64)
def _lines_of(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return ()
