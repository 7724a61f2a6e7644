"""``smcheck merge``: put what several stores of campaigns know into one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smcheck.report.plain import counted

if TYPE_CHECKING:
    from smcheck.campaign.store import MergeCount


@click.command()
@click.argument(
    "stores", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="STORE..."
)
@click.option(
    "--into",
    required=True,
    type=click.Path(path_type=Path),
    metavar="STORE",
    help="Merge them into this store; it is made if it is not there.",
)
def merge(stores: tuple[Path, ...], into: Path) -> int:
    """Merge the stores that campaigns wrote, such as those of all shards of a night.

    Each STORE is a folder; none is changed but the one that is merged into, which may be among
    them. Merging once more changes nothing.
    """
    # Fetched here because the other commands need nothing of it.
    from smcheck.campaign.store import merge as merge_stores

    click.echo(told(len(stores), into, merge_stores(stores, into)))
    return 0


def told(stores: int, into: Path, count: MergeCount) -> str:
    """Return the line that says what came of it."""
    news = [
        counted(number, word)
        for number, word in (
            (count.findings, "finding"), (count.runs, "run"), (count.sightings, "sighting"),
            (count.progress, "moment"), (count.seeds, "seed"), (count.features, "feature"),
        )
        if number > 0
    ]  # fmt: skip
    what = f"new in it: {', '.join(news)}" if news else "it knew all of it"
    return (
        f"merged {counted(stores, 'store')} into {into}: {what}; "
        f"{counted(count.in_all, 'finding')} in all"
    )
