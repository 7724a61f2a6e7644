"""What ``smcheck fuzz`` does once its words are read: run a campaign, write reports, tell it."""

from __future__ import annotations

import shlex
from pathlib import Path

from smcheck.campaign.begin import prepare
from smcheck.campaign.cluster.place import Place
from smcheck.campaign.hiring import hiring
from smcheck.campaign.live import View, live_view
from smcheck.campaign.night import Night
from smcheck.campaign.orders import Orders
from smcheck.campaign.store.store import Store
from smcheck.campaign.summary import TOLD_WHOLE, line_of, news, opening, summary
from smcheck.cli.outputs import Outputs
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.terminal import complain, emit, emit_lines
from smcheck.errors import UsageError
from smcheck.report.finding_text import finding_report
from smcheck.report.github import annotations_of, is_on_github


def run(orders: Orders, *, place: Place | None, database: str, outputs: Outputs) -> Exit:
    """Run a campaign, print what came of it and return the exit status.

    Args:
        orders: What to do.
        place: Of the cluster that does it, ``None`` for this computer.
        database: Of what is shared with other campaigns; empty for nothing.
        outputs: Reports to write at the end.

    Raises:
        UsageError: The store, the cluster or the database is not what it must be.
    """
    with (
        hiring(orders, place=place, database=database) as (orders, hire),
        Store.open(orders.folder) as store,
    ):
        prepared = prepare(orders, store)
        emit_lines(opening(orders, prepared.run, known=prepared.known, resumed_s=prepared.ran_s))
        view = View(orders, prepared.clock)
        with live_view(view):
            night = prepared.go(view, hire)
        try:
            outputs.write(orders.folder)
        except UsageError as error:
            # What was found is told all the same.
            night.trouble = night.trouble or str(error)
        tell(night, orders.folder)
    return night.status


def tell(night: Night, folder: Path) -> None:
    """Print what came of it; the last lines are a diagnosis and how to see it again.

    Args:
        folder: Of the store.
    """
    emit_lines(summary(night))
    for traceback in night.broken[:1]:
        complain(internal_error(traceback))
    found = list(news(night))
    for status, stored in found[:-TOLD_WHOLE]:
        emit_lines([line_of(status, stored)])
    if len(found) > TOLD_WHOLE:
        emit(f"`smcheck report {shlex.quote(str(folder))}` tells all of them, and how to replay")
    for _, stored in found[-TOLD_WHOLE:]:
        emit("", finding_report(stored.finding))
    if is_on_github():
        emit_lines(annotations_of(one.finding for one in night.news))
    if night.trouble:
        complain(f"smcheck: {night.trouble}")
