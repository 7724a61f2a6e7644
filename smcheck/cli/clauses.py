"""``smcheck clauses``: the contract as the tables have it."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from smcheck.cli.options import unknown_clause
from smcheck.cli.terminal import emit
from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.profiles import Kind


@click.command()
@click.argument("clause_id", metavar="[ID]", required=False)
def clauses(clause_id: str | None) -> None:
    """Print the contract, or one clause with its reason and its check."""
    if clause_id is None:
        emit(_table())
        return
    clause = CLAUSES.get(clause_id.strip().upper())
    if clause is None:
        raise click.UsageError(unknown_clause(clause_id))
    emit(_card(clause))


def _table() -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("clause", no_wrap=True, style="bold")
    table.add_column("kinds", no_wrap=True)
    table.add_column("family", no_wrap=True)
    table.add_column("what the machine must keep")
    for clause in CLAUSES.values():
        table.add_row(clause.id, _letters(clause), clause.family, Text(clause.text))
    table.caption = "kinds: r regular, c concurrent, d on-disk"
    table.caption_justify = "left"
    return table


def _letters(clause: Clause) -> str:
    letters = {Kind.REGULAR: "r", Kind.CONCURRENT: "c", Kind.ON_DISK: "d"}
    return "".join(letter if kind in clause.kinds else "-" for kind, letter in letters.items())


def _card(clause: Clause) -> Table:
    kinds = ", ".join(kind.value for kind in Kind if kind in clause.kinds)
    card = Table.grid(padding=(0, 2))
    card.add_column(style="bold", no_wrap=True)
    card.add_column()
    for name, text in (
        ("clause", clause.id), ("meaning", clause.text), ("reason", clause.reason),
        ("check", clause.how), ("kinds", kinds), ("family", clause.family),
        ("severity", clause.severity),
    ):  # fmt: skip
        card.add_row(name, Text(text))
    return card
