"""Say in words where a machine differs from a golden log. Pure; the lines are for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from smcheck.checkers.noise import FLOAT_NOISE
from smcheck.engine.golden.differences import RESULT, Difference
from smcheck.engine.golden.file import Digest, Golden, Value
from smcheck.errors import UsageError
from smcheck.finding import Location
from smcheck.host.conduct import describe_command
from smcheck.subject import Subject

_WIDTH = 120
_BEFORE = 40
_LIMIT_ROWS = 6


def tell(
    golden: Golden, subject: Subject, found: Sequence[Difference], *, how: str = ""
) -> tuple[str, ...]:
    """Return the first entry that differs, with everything that differs there.

    Args:
        found: At least one, in the order of the log.
        how: In which way the life was another than the plain one, as the end of a sentence.
    """
    groups = [list(group) for _, group in groupby(found, key=lambda one: one.entries)]
    noise = [all(one.is_noise for one in group) for group in groups]
    lines = [*_group(golden, subject, groups[0], how)]
    if noise[0] and not all(noise):
        more = groups[noise.index(False)]
        lines.append("the first difference that is more than float noise:")
        lines += _group(golden, subject, more, how)
    elif all(noise):
        lines.append(f"all values {FLOAT_NOISE}: the arithmetic, or its order, is another")
    behind = sum(group[0].entries > 0 for group in groups)
    if len(groups) > 1:
        lines.append(f"{behind:,} of {len(golden.log):,} entries differ in all")
    return tuple(lines)


def _group(
    golden: Golden, subject: Subject, group: Sequence[Difference], how: str
) -> Iterator[str]:
    version = group[0].entries
    lived = f", {how}" if how else ""
    yield f"differs {_entry(golden, subject, version)}{lived}{_not_looked(golden, group)}"
    for difference in group[:_LIMIT_ROWS]:
        yield from (f"   {line}" for line in rows(difference))
    if len(group) > _LIMIT_ROWS:
        yield f"   and {len(group) - _LIMIT_ROWS} more values"


def _entry(golden: Golden, subject: Subject, version: int) -> str:
    if not version:
        return "before the first entry"
    command = golden.commands()[version - 1]
    try:
        words = describe_command(command.cmd, subject)
    except UsageError:
        # The difference matters more than words that the subject has no longer.
        return f"at {golden.entry_named(version)}"
    return f"at entry {version} (index {command.index}), {words}"


def _not_looked(golden: Golden, group: Sequence[Difference]) -> str:
    """Say where the state may have been another before: not every entry is looked at."""
    version = group[0].entries
    if any(one.label == RESULT for one in group):
        return ""
    earlier = [moment.entries for moment in golden.moments if moment.entries < version]
    if not earlier or earlier[-1] == version - 1:
        return ""
    return f"; looked at last after entry {earlier[-1]}"


def rows(difference: Difference) -> Iterator[str]:
    """Yield the lines of one difference: what it is in, both values, the line that raised."""
    recorded, now = excerpts(difference.recorded, difference.now)
    at = f", at {_place(difference.place)}" if difference.place is not None else ""
    values = f"recorded {recorded}, now {now}" if recorded else now
    yield f"{difference.label}: {values}{at}"
    if difference.is_noise:
        yield f"   the two {FLOAT_NOISE}"


def _place(place: Location) -> str:
    return f"{place.file}:{place.line} in {place.function}"


def excerpts(recorded: Value, now: Value) -> tuple[str, str]:
    """Return both values, of long ones the part around their first difference.

    >>> excerpts("Result(1, b'')", "Result(2, b'')")
    ("Result(1, b'')", "Result(2, b'')")
    """
    one, other = _text(recorded), _text(now)
    pairs = enumerate(zip(one, other, strict=False))
    parted = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, parted - _BEFORE) if max(len(one), len(other)) > _WIDTH else 0
    return _cut(recorded, start), _cut(now, start)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else value.begins


def _cut(value: Value, start: int) -> str:
    text = _text(value)
    # The common beginning of two digests may be all that was kept of them.
    start = min(start, max(0, len(text) - _BEFORE))
    part = text[start : start + _WIDTH]
    is_whole = start + _WIDTH >= len(text) and not isinstance(value, Digest)
    shown = ("…" if start else "") + part + ("" if is_whole else "…")
    if isinstance(value, Digest):
        return f"{shown} ({value.characters:,} characters, sha256 {value.sha256[:12]})"
    return shown
