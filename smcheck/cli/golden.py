"""``smcheck record`` and ``smcheck verify``: hold one version of a machine to another.

The parent's part: options, one child, its end. It never imports the user's code.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from smcheck.cli.death import explain
from smcheck.cli.listener import Listener, unresolved
from smcheck.cli.messages import Golden, GoldenOptions, Request
from smcheck.cli.options import count
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.supervisor import Ending, converse
from smcheck.cli.terminal import complain, emit
from smcheck.errors import UsageError
from smcheck.report.files import require_free, require_writable
from smcheck.report.plain import visible

_ENTRIES = 100
_LIMIT_ENTRIES = 100_000
_STATUSES = {"recorded": Exit.HELD, "agrees": Exit.HELD, "differs": Exit.VIOLATED}


@click.command()
@click.argument("target", metavar="TARGET")
@click.option(
    "--log", "path", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write the golden log there.",
)  # fmt: skip
@click.option(
    "--commands", type=click.Path(path_type=Path), metavar="FILE",
    help="Record the commands of this file, JSON lines in the order of the log.",
)  # fmt: skip
@click.option(
    "--entries", callback=count(1, _LIMIT_ENTRIES), metavar="N",
    help=f"Without --commands: how many are drawn, the subject's examples first "
    f"(default {_ENTRIES}).",
)  # fmt: skip
@click.option(
    "--seed", callback=count(0, 2**63 - 1), metavar="N",
    help="Draw by this seed; random and in the file unless given.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def record(
    target: str, path: Path, commands: Path | None, entries: int | None, seed: int | None,
    force: bool,
) -> int:  # fmt: skip
    """Keep what the machine of TARGET shows along a log, for `smcheck verify`.

    Exit status: 0 recorded, 4 the machine does not agree with itself, or does not come through.
    """
    if commands is not None and entries is not None:
        raise click.UsageError(
            "expected --commands or --entries, got both: leave --entries out, a file is "
            "recorded whole"
        )
    options = GoldenOptions(
        path=str(path),
        commands=str(commands or ""),
        entries=entries or _ENTRIES,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        force=force,
    )
    require_free(path, "--log", force=force)
    require_writable(path, "--log")
    return _run("record", target, options)


@click.command()
@click.argument("target", metavar="TARGET")
@click.option(
    "--log", "path", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="A golden log that `smcheck record` wrote.",
)  # fmt: skip
def verify(target: str, path: Path) -> int:
    """Hold the machine of TARGET to what was recorded of it.

    Exit status: 0 agrees, 1 differs, 2 the file or the target is wrong, 4 inconclusive.
    """
    return _run("verify", target, GoldenOptions(path=str(path)))


def _run(action: str, target: str, options: GoldenOptions) -> int:
    listener = Listener()
    request = Request(action, targets=(target,), golden=options)
    ending = converse(request, listener.hear)
    if ending is None:
        raise KeyboardInterrupt
    if listener.usage:
        raise UsageError(listener.usage)
    if listener.broken:
        complain(internal_error(listener.broken))
        return Exit.INTERNAL
    told = listener.golden or _end(request, listener, ending)
    emit(*map(_line, told.lines))
    return _STATUSES.get(told.status, Exit.INCONCLUSIVE)


def _line(text: str) -> RenderableType:
    """Return a line that goes on below where it began."""
    words = text.lstrip(" ")
    return Padding(Text(visible(words)), (0, 0, 0, len(text) - len(words)))


def _end(request: Request, listener: Listener, ending: Ending) -> Golden:
    """Return what to say of a child that did not live to say it."""
    if not listener.resolved:
        raise UsageError(unresolved(request.targets[0], ending))
    [resolved] = listener.resolved
    reason = explain(ending, resolved).reason + _reached(request, ending)
    kept = "; nothing was recorded" if request.action == "record" else ""
    return Golden("inconclusive", (f"inconclusive: {resolved.name}: {reason}{kept}",))


def _reached(request: Request, ending: Ending) -> str:
    """Name the entry that the child applied at its end, or the last one before it."""
    is_applying = ending.operation == "update"
    version = ending.applied + is_applying
    if not version:
        return ""
    return f"; it {'was applying' if is_applying else 'had applied'} {_named(request, version)}"


def _named(request: Request, version: int) -> str:
    if request.action == "record" or request.golden is None:
        return f"entry {version}"  # there is no file yet
    from smcheck.engine.golden.file import load_golden

    return load_golden(Path(request.golden.path)).entry_named(version)
