"""Record a golden log, and hold a machine to one: which lives are lived, and what they amount to.

The verdict is data, everything else that is said is text for people.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from smcheck._version import __version__
from smcheck.engine.golden.differences import Compared, Difference, Seen, differences
from smcheck.engine.golden.file import SCHEMA, EntryRecord, Golden, raw_query
from smcheck.engine.golden.lives import Along, Elsewhere, Lived
from smcheck.engine.golden.telling import rows, tell
from smcheck.engine.world import NotControlled, World
from smcheck.errors import UsageError
from smcheck.plan import Command

_LOCATED = 4
"""Of so many differences the line is looked for: each takes a life."""


class Agreement(StrEnum):
    """What came of holding a machine to a log."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "inconclusive"


@dataclass(frozen=True, slots=True)
class Judged:
    """An agreement, and the lines that say how far it goes or where it ends."""

    agreement: Agreement
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording gave: the log unless the machine does not agree with itself."""

    golden: Golden | None
    judged: Judged


def record(
    world: World, log: tuple[Command, ...], queries: Sequence[object], *, source: str, seed: int
) -> Recorded:
    """Live through ``log`` and return what the machine showed, if it shows that again.

    Args:
        world: Of the subject, not yet tried out.
        log: At least one command.
        queries: What is asked beside the probes of the subject.
        source: ``"drawn"`` or ``"commands"``.
        seed: What log and queries were drawn by.

    Raises:
        UsageError: The subject or the machine is not what it must be.
    """
    if why := _try_out(world, log):
        return Recorded(None, Judged(Agreement.UNKNOWN, (why,)))
    along = Along.fresh(world, log, queries)
    with along.elsewhere() as elsewhere:
        lived = along.here()
        if lived.lost or lived.raised:
            told = [lived.lost] if lived.raised is None else [*rows(lived.raised)]
            return Recorded(None, Judged(Agreement.UNKNOWN, tuple(told)))
        golden = _golden(along, lived.seen, source=source, seed=seed)
        judged = _judge(along, golden, chain([lived], _others(along, elsewhere)))
    return Recorded(golden, judged)


def verify(world: World, golden: Golden) -> Judged:
    """Live through a recorded log and say whether the machine shows the same.

    Args:
        world: Of the subject, not yet tried out.
        golden: What it is held to.

    Raises:
        UsageError: The subject or the machine is not what it must be, or is another.
    """
    if _portable(world.subject.name) != golden.subject:
        raise UsageError(
            f"expected the subject {golden.subject!r:.60} of the file, got "
            f"{world.subject.name!r:.60}: name its target, or say name={golden.subject!r:.60} "
            "where the machine was renamed"
        )
    log = golden.commands()
    if why := _try_out(world, log):
        return Judged(Agreement.UNKNOWN, (why,))
    versions = frozenset(moment.entries for moment in golden.moments)
    along = Along(world, log, golden.asked(), versions)
    with along.elsewhere() as elsewhere:
        return _judge(along, golden, _all(along, elsewhere))


def _try_out(world: World, log: Sequence[Command]) -> str:
    """Make one machine; return why there can be no life, empty if there can."""
    try:
        world.try_out()
    except NotControlled as error:
        return f"no machine could be made: {str(error).partition(chr(10))[0]}"
    if world.profile.dense_indexes and [c.index for c in log] != [*range(1, len(log) + 1)]:
        raise UsageError(
            f"{world.subject.name}: expected indexes 1, 2, 3, …, for its profile "
            f"{world.subject.profile!r} has no gaps, got a log with some: record it anew"
        )
    return ""


def _all(along: Along, elsewhere: Elsewhere) -> Iterator[Lived]:
    yield along.here()
    yield from _others(along, elsewhere)


def _others(along: Along, elsewhere: Elsewhere) -> Iterator[Lived]:
    yield elsewhere.wait_lived()
    yield from along.restarted()


def _golden(along: Along, seen: Seen, *, source: str, seed: int) -> Golden:
    subject = along.world.subject
    pairs = zip(along.log, seen.results, strict=True)
    return Golden(
        schema=SCHEMA,
        smcheck=__version__,
        python=platform.python_version(),
        subject=_portable(subject.name),
        kind=str(along.world.kind),
        source=source,
        seed=seed,
        queries=[raw_query(query) for query in along.queries],
        log=[
            EntryRecord.of(command, result, _portable(subject.text_of(command.cmd)))
            for command, result in pairs
        ],
        moments=[*seen.moments],
    )


def _portable(text: str) -> str:
    """Return a text that any file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def _judge(along: Along, golden: Golden, lives: Iterator[Lived]) -> Judged:
    """Compare each life with the record; the first that differs is told."""
    lived: list[Lived] = []
    for one in lives:
        found = [*differences(golden, one.seen), *([one.raised] if one.raised else [])]
        if found:
            return Judged(Agreement.DIFFERS, _told(along, golden, one, found))
        if one.lost and not one.how:
            return Judged(Agreement.UNKNOWN, (one.lost,))  # nor does any other life come further
        lived.append(one)
    doubts = [f"not lived {one.how}: {one.lost}" for one in lived if one.lost and not one.is_legal]
    lines = (*doubts, *Compared.of(golden).lines(), *_lived_too(along, lived), *_notes(lived))
    return Judged(Agreement.UNKNOWN if doubts else Agreement.AGREES, lines)


def _told(
    along: Along, golden: Golden, lived: Lived, found: Sequence[Difference]
) -> tuple[str, ...]:
    """Say where a life differs, with lines of the machine where they cost little."""
    # A moment may be looked at before a restart and behind it.
    found = list(dict.fromkeys(found))
    found[:_LOCATED] = map(along.located, found[:_LOCATED])
    lines = tell(golden, along.world.subject, found, how=lived.how)
    return (*lines, "the plain life shows what was recorded") if lived.how else lines


def _lived_too(along: Along, lives: Sequence[Lived]) -> Iterator[str]:
    for lived in lives:
        if lived.how and not lived.cut and not lived.lost:
            yield f"the same came {lived.how}"
    cuts = [str(lived.cut) for lived in lives if lived.cut and not lived.lost]
    if cuts:
        yield f"the same came with a restart from an image after {_entries(cuts)}"
    if "snapshots" in along.world.lacks:
        yield "restarts were not tried: the machine has no snapshots"


def _notes(lives: Sequence[Lived]) -> Iterator[str]:
    """Say what was left out, and what only a check can judge."""
    why: dict[str, list[str]] = {}
    for one in lives:
        if one.is_legal:
            why.setdefault(one.lost, []).append(str(one.cut))
    for lost, cuts in why.items():
        yield f"no restart was tried after {_entries(cuts)}: {lost}"
    for breach in dict.fromkeys(breach for one in lives for breach in one.breaches):
        yield f"{breach.clause}: {breach.title}; `smcheck check` says more"


def _entries(numbers: Sequence[str]) -> str:
    *first, last = numbers
    return f"entries {', '.join(first)} and {last}" if first else f"entry {last}"
