"""``smcheck export``: write one stored failure as a pytest file.

It never imports the user's code: everything is in the witness.
"""

from __future__ import annotations

from pathlib import Path

import click

from smcheck.report.files import require_free, require_writable, write_whole


@click.command()
@click.argument("witness", type=click.Path(path_type=Path), metavar="WITNESS")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to FILE instead of printing it.",
)
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
@click.option(
    "--target",
    metavar="TARGET",
    default="",
    help="Where the subject is now, if its file was moved or it has another name.",
)
def export(witness: Path, file: Path | None, force: bool, target: str) -> int:
    """Print a pytest file that reproduces the failure in the file WITNESS.

    It needs neither the witness nor Hypothesis' strategies, fails as long as the defect is there,
    and may be edited.
    """
    # Fetched here because the other commands need nothing of it.
    from smcheck.cli.exported import exported, target_from
    from smcheck.engine.witness import load_witness

    if file is not None:
        require_free(file, "-o", force=force)
        require_writable(file, "-o")
    stored = load_witness(witness)
    near = (file or Path("test_exported.py")).absolute()
    text = exported(stored, target_from(target or stored.target, stored.folder, near))
    if file is None:
        click.echo(text, nl=False)
    else:
        write_whole(file, text.encode(), option="-o")
    return 0
