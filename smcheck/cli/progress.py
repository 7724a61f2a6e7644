"""The bar on standard error while a subject is checked; only where somebody watches."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from smcheck.cli.messages import CheckOptions
from smcheck.finding import SubjectReport
from smcheck.report.text import visible


class ProgressBar:
    """Show how far a check is. Use as a context manager; silent when nobody watches."""

    def __init__(self, name: str, options: CheckOptions) -> None:
        self._options = options
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not _is_watched(),
        )
        total = options.seconds if options.seconds is not None else options.max_examples or 100
        self._task: TaskID = self._bar.add_task(visible(name), total=total, told="starting")

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, report: SubjectReport) -> None:
        """Show how far ``report`` is."""
        stats, found = report.stats, len(report.findings)
        done = stats.examples if self._options.seconds is None else stats.seconds
        told = f"{stats.examples:,} plans, {stats.schedules:,} schedules"
        if found:
            told += f", {found} finding{'' if found == 1 else 's'}"
        self._bar.update(self._task, completed=done, told=told)


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
