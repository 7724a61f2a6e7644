"""What the run as a whole says, where pytest prints: the summary, annotations, pages.

Only the controller of pytest-xdist gets here with anything to say.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from smcheck.errors import SmcheckError
from smcheck.finding import Finding, Severity, SubjectReport
from smcheck.pytest_plugin._asked import Asked
from smcheck.pytest_plugin._findings import Sent
from smcheck.report.github import annotations_of, harmless, is_on_github
from smcheck.report.text import plain_text, subject_summary

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from smcheck.pytest_plugin._store import Kept

_PAGES = "smcheck.report.pages"


class Told:
    """What all tests of this run sent."""

    def __init__(self, config: pytest.Config, asked: Asked) -> None:
        self._config = config
        self._asked = asked
        self._reports: dict[tuple[str, str], SubjectReport] = {}
        self._failing: list[Finding] = []
        self._pages = ""
        self._kept: Kept | None = None

    def keep(self, began: float) -> None:
        """Keep what is told in the store, if there is one.

        Args:
            began: When the run did, by ``time.monotonic``.
        """
        folder = self._asked.store_dir
        if folder is not None:
            # Late: no other run waits for SQLite.
            from smcheck.pytest_plugin._store import Kept

            jobs = int(self._config.getoption("numprocesses", None) or 1)
            self._kept = Kept(
                folder, root=self._config.rootpath, seed=self._asked.seed(), jobs=jobs,
                began=began,
            )  # fmt: skip

    def take(self, report: Any) -> None:  # Any: a TestReport, with an attribute of ours
        """Take in what one test sent."""
        sent = msgspec.json.decode(report.smcheck, type=Sent)
        self.take_searched(sent.searched, sent.test_class)
        if report.failed:
            self._failing += sent.raised

    def take_searched(self, reports: Iterable[SubjectReport], test_class: str = "") -> None:
        """Take in what was searched, in a test of ``test_class`` where a test tells it."""
        for one in reports:
            # Two workers may have searched the same subject, with the same seed.
            self._reports.setdefault((test_class, one.name), one)
            if self._kept is not None:
                self._kept.take(one)

    def end(self, *, is_interrupted: bool) -> None:
        """Write a page for each subject, if that was asked for, and end what is kept."""
        if self._kept is not None:
            self._kept.end(is_interrupted=is_interrupted)
        self._write_pages()

    def _write_pages(self) -> None:
        folder = self._asked.html_dir
        if folder is None or not self._reports:
            return
        if importlib.util.find_spec(_PAGES) is None:
            self._pages = "no pages: this version of smcheck cannot write them"
            return
        pages: Any = importlib.import_module(_PAGES)
        try:
            index: Path = pages.write_pages(list(self._reports.values()), folder)
        except (OSError, SmcheckError) as error:
            self._pages = f"no pages: {error}"
        else:
            self._pages = f"pages: {index}"

    def summarise(self, terminal: TerminalReporter) -> None:
        """Print findings and gaps of every subject, and annotations where GitHub reads along."""
        if self._reports:
            terminal.section("smcheck")
            for line in self._lines():
                terminal.write_line(harmless(line) if is_on_github() else line)
        if is_on_github():
            for line in annotations_of([*self._failing, *self._warnings()]):
                terminal.write_line(line)

    def _lines(self) -> list[str]:
        root = self._config.invocation_params.dir
        lines = [self._effort()]
        for report in self._reports.values():
            lines += ["", plain_text(subject_summary(report, root=root))]
        more = [self._kept.line()] if self._kept is not None else []
        more += [self._pages] if self._pages else []
        return [*lines, "", *more] if more else lines

    def _effort(self) -> str:
        seeds = dict.fromkeys(report.stats.seed for report in self._reports.values())
        again = " or ".join(f"--smcheck-seed={seed}" for seed in seeds)
        return f"{self._asked.effort()}; {again} repeats this search"

    def _warnings(self) -> list[Finding]:
        """Return what fails no test and should be seen all the same."""
        return [
            finding
            for report in self._reports.values()
            for finding in report.findings
            if finding.breach.severity is not Severity.VIOLATION
        ]
