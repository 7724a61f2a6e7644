"""The command group, and what every command has in common: one line for what is wrong."""

from __future__ import annotations

import signal
import traceback
from pathlib import Path
from types import FrameType

import click

import smcheck
from smcheck.cli.check import check
from smcheck.cli.circumstances import circumstances
from smcheck.cli.clauses import clauses
from smcheck.cli.export import export
from smcheck.cli.fuzz import fuzz
from smcheck.cli.golden import record, verify
from smcheck.cli.init import init
from smcheck.cli.merge import merge
from smcheck.cli.options import defaults_of, whence
from smcheck.cli.replay import replay
from smcheck.cli.report import report
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.terminal import complain, prepare_streams
from smcheck.configuration import configuration
from smcheck.errors import UsageError


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 held, 1 violated, 2 the call or an input is wrong, 3 smcheck failed, "
    "4 inconclusive.",
)
@click.version_option(smcheck.__version__, prog_name="smcheck")
@click.pass_context
def app(context: click.Context) -> None:
    """Hold replicated state machines to their contract."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    elif context.invoked_subcommand == "check":
        context.default_map = {"check": defaults_of(check, configuration(Path.cwd()))}
    elif context.invoked_subcommand == "fuzz":
        table = configuration(Path.cwd())
        mine = {key: table[key] for key in ("store", "strict", "schedules") if key in table}
        context.default_map = {"fuzz": defaults_of(fuzz, mine)}


for _command in (
    check, replay, fuzz, report, merge, init, export, record, verify, clauses, circumstances,
):  # fmt: skip
    app.add_command(_command)


def run(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status; print no traceback but of smcheck's faults."""
    prepare_streams()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = app.main(arguments, prog_name="smcheck", standalone_mode=False)
    except (click.ClickException, UsageError) as error:
        complain(f"smcheck: {one_line(error)}")
        return Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        complain("smcheck: interrupted")
        return Exit.INCONCLUSIVE
    except BrokenPipeError:
        return 0
    except Exception:  # noqa: BLE001  # the last resort: our fault, said to be ours
        complain(internal_error(traceback.format_exc()))
        return Exit.INTERNAL
    return status if isinstance(status, int) else 0


def one_line(error: Exception) -> str:
    """Return what ``error`` says, without line breaks."""
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    if isinstance(error, click.BadParameter):
        text += whence(error)
    return " ".join(text.split())


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
