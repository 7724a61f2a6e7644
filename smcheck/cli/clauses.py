"""``smcheck clauses``: the contract as the tables have it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

import click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from smcheck.cli.options import unknown_clause
from smcheck.cli.terminal import emit
from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.examples import HELPERS
from smcheck.contract.profiles import Kind


@click.command()
@click.argument("clause_id", metavar="[ID]", required=False)
def clauses(clause_id: str | None) -> None:
    """Print the contract, or one clause with its reason, its check and an example."""
    if clause_id is None:
        emit(_table())
        return
    clause = CLAUSES.get(clause_id.strip().upper())
    if clause is None:
        raise click.UsageError(unknown_clause(clause_id))
    emit(Group(_card(clause), *_examples(clause)))


def _table() -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("clause", no_wrap=True, style="bold")
    table.add_column("kinds", no_wrap=True)
    table.add_column("family", no_wrap=True)
    table.add_column("what the machine must keep")
    for clause in CLAUSES.values():
        table.add_row(clause.id, _letters(clause), clause.family, Text(clause.text))
    table.caption = (
        "kinds: r regular, c concurrent, d on-disk; * what the host does, no duty of a machine's"
    )
    table.caption_justify = "left"
    return table


def _letters(clause: Clause) -> str:
    letters = {Kind.REGULAR: "r", Kind.CONCURRENT: "c", Kind.ON_DISK: "d"}
    kinds = (letter if kind in clause.kinds else "-" for kind, letter in letters.items())
    return "".join(kinds) + ("" if clause.is_duty else "*")


def _card(clause: Clause) -> Table:
    kinds = ", ".join(kind.value for kind in Kind if kind in clause.kinds)
    card = Table.grid(padding=(0, 2))
    card.add_column(style="bold", no_wrap=True)
    card.add_column()
    for name, text in (
        ("clause", clause.id), ("meaning", clause.text), ("reason", clause.reason),
        ("check", clause.how), ("kinds", kinds), ("severity", clause.severity),
        ("family", clause.family),
    ):  # fmt: skip
        card.add_row(name, Text(text))
    return card


def _examples(clause: Clause) -> Iterator[RenderableType]:
    example = clause.example
    for name, code, color in (
        ("broken", example.broken, "red"), ("mended", example.mended, "green"),
    ):  # fmt: skip
        yield Text()
        yield Text(name, style=f"bold {color}")
        # Who copies code must get it whole, so a narrow terminal does not fold it.
        yield Text(indent(code, " " * 4), no_wrap=True, overflow="ignore")
    if example.helpers:
        helpers = Table.grid(padding=(0, 2))
        for helper in example.helpers:
            helpers.add_row(helper, Text(HELPERS[helper]))
        yield Text()
        yield helpers
