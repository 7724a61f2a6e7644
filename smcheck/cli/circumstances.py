"""``smcheck circumstances``: what twins differ in."""

from __future__ import annotations

import click
from rich.table import Table

from smcheck.circumstances.data import CIRCUMSTANCES
from smcheck.cli.terminal import emit


@click.command()
def circumstances() -> None:
    """Print what twins differ in, what is varied by default and what it costs."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("circumstance", no_wrap=True, style="bold")
    table.add_column("default", no_wrap=True)
    table.add_column("how it is varied")
    table.add_column("what it costs")
    for one in CIRCUMSTANCES:
        table.add_row(one.name, "on" if one.on_by_default else "off", one.varied, one.cost)
    table.caption = (
        "--vary NAME and --dont-vary NAME choose; what is off by default no deployment varies, "
        "and a difference that needs it is a hazard"
    )
    table.caption_justify = "left"
    emit(table)
