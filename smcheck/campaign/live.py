"""The live view of a campaign: a line for the whole and one for each job, on a terminal.

Where nobody looks on, only what is new is told, a line each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from smcheck.campaign.night import Night
from smcheck.campaign.orders import Orders
from smcheck.campaign.records import Status, StoredFinding
from smcheck.campaign.summary import length, line_of
from smcheck.cli.progress import REFRESHES_PER_S, cut, is_watched
from smcheck.cli.terminal import emit_lines
from smcheck.report.plain import visible


@dataclass(slots=True)
class View:
    """What is shown while a campaign runs.

    Args:
        orders: What it is to do.
        clock: Tells the seconds since it began.
    """

    orders: Orders
    clock: Callable[[], float]
    night: Night | None = None
    jobs: dict[int, tuple[str, int, int]] = field(default_factory=dict)

    def looks(self, night: Night) -> None:
        """See how far it is."""
        self.night = night

    def works(self, job: int, target: str, plans: int, executions: int) -> None:
        """Hear what a job does."""
        self.jobs[job] = target, plans, executions

    def finds(self, status: Status, finding: StoredFinding) -> None:
        """Tell a finding at once."""
        emit_lines([line_of(status, finding)])

    def lines(self) -> Iterator[str]:
        """Yield what the terminal shows now."""
        night = self.night
        if night is None:
            return
        effort = night.effort
        seconds = max(self.clock(), 0.001)
        limit = f" of {length(self.orders.seconds)}" if self.orders.seconds else ""
        yield (
            f"{length(round(seconds))}{limit}: {effort.plans:,} plans, "
            f"{effort.executions:,} executions, {effort.executions / seconds:,.0f}/s; "
            f"findings: {len(night.of(Status.NEW))} new, {len(night.of(Status.RETURNED))} "
            f"returned, {len(night.of(Status.KNOWN))} known, {len(night.of(Status.FIXED))} fixed"
        )
        for job, (target, plans, executions) in sorted(self.jobs.items()):
            told = f"{plans:,} plans, {executions:,} executions" if plans else "begins"
            yield f"  job {job + 1}: {target}: {told}" if target else f"  job {job + 1}: rests"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # The last column stays free: some terminals break the line when it is written.
        for line in self.lines():
            yield Text(cut(visible(line), options.max_width - 1), no_wrap=True)


@contextmanager
def live_view(view: View) -> Iterator[View]:
    """Show a view on the terminal as long as the block runs; then there is no trace of it."""
    if not is_watched():
        yield view
        return
    with Live(
        view, console=Console(stderr=True), transient=True, refresh_per_second=REFRESHES_PER_S,
        redirect_stdout=False, redirect_stderr=False,
    ):  # fmt: skip
        yield view
