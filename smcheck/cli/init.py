"""``smcheck init``: write a first test file for a machine.

The parent's part: where to write, and what to say. It never imports the user's code.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from smcheck.cli.first_test.ask import ask_child
from smcheck.cli.first_test.child import Looked
from smcheck.cli.first_test.page import file_name
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.terminal import complain, emit
from smcheck.errors import InternalError, UsageError
from smcheck.report.files import require_free, require_writable, write_whole
from smcheck.report.text import visible

_PRINT = "-"


@click.command()
@click.argument("target", metavar="TARGET")
@click.option(
    "-o", "--output", metavar="FILE",
    help="Write there, - to print (default test_MODULE_CLASS.py here).",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def init(target: str, output: str | None, force: bool) -> int:
    """Write a first test file for the machine TARGET.

    TARGET is package.module:CLASS or path/to/file.py:CLASS. Commands and queries are guessed from
    the source of the class, no method of which is run; comments mark what is yours to decide.
    """
    if output == "":
        raise UsageError("-o: expected a file to write, got '': name one, or - to print")
    given = Path(output) if output not in (None, _PRINT) else None
    if given is not None:
        _require(given, force=force)
    try:
        looked = ask_child(target, given.parent if given else Path())
    except InternalError as error:
        complain(internal_error(str(error)))
        return Exit.INTERNAL
    if output == _PRINT:
        click.echo(looked.text, nl=False)
        return Exit.HELD
    path = given or Path(file_name(looked.module, looked.name))
    if given is None:
        _require(path, force=force)
    write_whole(path, looked.text.encode(), option="-o")
    emit(*map(visible, _next_steps(path, looked)))
    return Exit.HELD


def _require(path: Path, *, force: bool) -> None:
    if path.suffix != ".py":
        raise UsageError(
            f"-o: expected a file that pytest collects, got {str(path)!r}: "
            "name it like test_machine.py"
        )
    require_free(path, "-o", force=force)
    require_writable(path, "-o")


def _next_steps(path: Path, looked: Looked) -> list[str]:
    """Return what was written, what is left to decide, and how to run it."""
    name = shlex.quote(str(path))
    lines = [f"{path}: {looked.name} is {looked.kind}", *(f"   {one}" for one in looked.guessed)]
    if looked.decisions:
        lines.append("yours to decide:")
        lines += [f"   {path}:{number}: {what}" for number, what in looked.decisions]
    return [*lines, "run it:", f"   pytest {name}", f"   smcheck check {name}:subject"]
