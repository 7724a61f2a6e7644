"""Record and verify a golden log in this very process: the child's part of two commands.

It imports the user's code. The parent of a child must not come here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smcheck.cli.messages import Golden, GoldenOptions, Resolved
from smcheck.cli.survey import survey
from smcheck.engine.golden.check import Agreement, Recorded, record, verify
from smcheck.engine.golden.file import encode_golden, load_golden
from smcheck.engine.world import World
from smcheck.host.board import Board
from smcheck.plan import Command
from smcheck.report.files import require_free, write_whole
from smcheck.subject import Subject

_QUERIES = 6


def record_here(
    target: str, options: GoldenOptions, *, hear: Callable[[Resolved], None], board: Board
) -> Golden:
    """Record a log with the machine of ``target`` and write the file.

    Raises:
        UsageError: The target or the commands are not what they must be, or the file cannot
            be written.
    """
    # Before the machine can change the working directory.
    path = Path(options.path).absolute()
    found, subject = survey(target)
    hear(found)
    log, queries = _log(subject, options)
    with World(subject, board=board) as world:
        world.target, world.seed = target, options.seed
        source = "commands" if options.commands else "drawn"
        recorded = record(world, log, queries, source=source, seed=options.seed)
        kind = str(world.kind) if recorded.golden else ""
    if recorded.golden is None or recorded.judged.agreement is not Agreement.AGREES:
        return _refused(subject, recorded)
    data = encode_golden(recorded.golden)
    require_free(path, "--log", force=options.force)
    write_whole(path, data, option="--log")
    origin = options.commands or f"drawn with seed {options.seed}"
    head = f"recorded {subject.name} ({kind}) in {options.path}: {_entries(len(log))}, {origin}"
    return Golden("recorded", (head, *_indented(recorded.judged.lines)))


def verify_here(
    target: str, options: GoldenOptions, *, hear: Callable[[Resolved], None], board: Board
) -> Golden:
    """Hold the machine of ``target`` to a recorded log.

    Raises:
        UsageError: The file or the target is not what it must be.
    """
    golden = load_golden(Path(options.path))
    found, subject = survey(target)
    hear(found)
    with World(subject, board=board) as world:
        world.target, world.seed = target, golden.seed
        judged = verify(world, golden)
        kind = getattr(world, "kind", "")
    became = f", recorded as {golden.kind}" if kind and kind != golden.kind else ""
    about = (
        f"{subject.name} ({kind or golden.kind}{became}) with {options.path}, "
        f"{_entries(len(golden.log))} recorded by smcheck {golden.smcheck} "
        f"on Python {golden.python}"
    )
    return Golden(str(judged.agreement), (f"{judged.agreement}: {about}", *_indented(judged.lines)))


def _log(
    subject: Subject, options: GoldenOptions
) -> tuple[tuple[Command, ...], tuple[object, ...]]:
    from smcheck.testing.drawn import drawn_log, drawn_queries
    from smcheck.testing.logs import read_log
    from smcheck.testing.validate import validate

    validate(subject)
    queries = drawn_queries(subject, seed=options.seed, most=_QUERIES)
    if options.commands:
        return read_log(Path(options.commands), subject), queries
    return drawn_log(subject, seed=options.seed, entries=options.entries), queries


def _refused(subject: Subject, recorded: Recorded) -> Golden:
    lines = recorded.judged.lines
    if recorded.judged.agreement is Agreement.UNKNOWN:
        head = f"inconclusive: {subject.name} did not come through the log; nothing was recorded"
        return Golden("inconclusive", (head, *_indented(lines)))
    head = (
        f"inconclusive: {subject.name} does not agree with itself, and no other version could "
        "agree with it; nothing was recorded, `smcheck check` says why"
    )
    return Golden("inconclusive", (head, *_indented(lines)))


def _indented(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"   {line}" for line in lines)


def _entries(number: int) -> str:
    return f"{number:,} entr{'y' if number == 1 else 'ies'}"
