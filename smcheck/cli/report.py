"""``smcheck report``: tell what the store of campaigns holds, to people and to machines."""

from __future__ import annotations

from pathlib import Path

import click

from smcheck.cli.outputs import Outputs, output_options
from smcheck.cli.terminal import emit, emit_lines
from smcheck.report.github import harmless, is_on_github


@click.command()
@click.argument("store", metavar="STORE", type=click.Path(path_type=Path))
@output_options
@click.option("-v", "--verbose", is_flag=True, help="Leave nothing of a finding out.")
def report(
    store: Path, html: Path | None, junit: Path | None, sarif: Path | None, jsonl: Path | None,
    verbose: bool,
) -> None:  # fmt: skip
    """Tell what the campaigns of a STORE found.

    STORE is the folder that `smcheck fuzz --store` was given. Without options a table is printed.
    """
    outputs = Outputs(html, junit, sarif, jsonl).require()
    written = outputs.write(store)
    emit_lines(f"written: {file}" for file in written)
    if written and not verbose:
        return
    # Late: no other command waits for SQLite.
    from smcheck.campaign.report.reading import read
    from smcheck.campaign.report.table import store_table

    table = store_table(read(store), root=Path.cwd(), is_whole=verbose)
    emit(table, edit=harmless if is_on_github() else None)
