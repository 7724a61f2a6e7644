"""One pytest run: the hooks, in a worker of pytest-xdist as well as in its controller.

Findings travel with the report of the test whose turn brought the search, so that whoever prints
them has them all, once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from smcheck.pytest_plugin._asked import GIVEN, RANDOM, Asked
from smcheck.testing.source import set_source

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from smcheck.finding import SubjectReport
    from smcheck.pytest_plugin._told import Told
    from smcheck.testing.settings import Settings


class Run:
    """The hooks of one pytest run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._asked = Asked(config)
        self._settings: Settings | None = None
        self._searched: list[SubjectReport] = []
        self._judged: tuple[SubjectReport, str] | None = None
        self._told: Told | None = None
        self._is_grouped = config.pluginmanager.hasplugin("xdist")
        self._before = set_source(self.settings)
        self._began = time.monotonic()

    def settings(self) -> Settings:
        """Return the settings of this run, made when the first contract test asks."""
        if self._settings is None:
            self._settings = self._asked.settings(self._searched.append, self._hear_judged)
        return self._settings

    def end(self) -> None:
        """Put in force again what was before."""
        set_source(self._before)

    def _hear_judged(self, report: SubjectReport, family: str) -> None:
        self._judged = report, family

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # Any: a type of pytest-xdist
        """Give a worker of pytest-xdist the seed."""
        node.workerinput[GIVEN] = self._asked.given_seed()
        node.workerinput[RANDOM] = self._asked.random_seed

    def pytest_sessionstart(self) -> None:
        """Have the witnesses of the store there as files, before any test wants to replay them."""
        asked = self._asked
        is_asked = asked.option("store") is not None or asked.option("profile") == "nightly"
        if is_asked and not hasattr(self._config, "workerinput"):
            from smcheck.pytest_plugin._store import put_witnesses

            put_witnesses(asked.store_dir)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Keep the families of a subject in one worker under ``--dist loadgroup``."""
        # When all are collected it is too late: pytest-xdist has read the groups by then.
        if self._is_grouped and "smcheck.testing.method" in sys.modules:
            _group(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """With a witness to replay, replay it in place of every test."""
        file = self._asked.option("replay")
        if file is not None:
            from smcheck.pytest_plugin._replay import ReplayItem

            self._config.hook.pytest_deselected(items=list(items))
            items[:] = [ReplayItem.of(session, file)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a finding speak for itself, and send along what was searched meanwhile."""
        report = yield
        # Only now: pytest's own hook has put there what a unittest.TestCase raised.
        error = call.excinfo.value if call.excinfo else None
        if not self._searched and self._judged is None and not _is_ours(error):
            return report
        from smcheck.pytest_plugin import _findings

        _findings.note_properties(item, report, error)
        _findings.speak(item, report, error)
        _findings.send(item, report, self._searched, error)
        if self._judged is not None:
            _findings.note_statistics(item, *self._judged)
        self._searched.clear()
        self._judged = None
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what a test searched, here or in a worker."""
        if hasattr(report, "smcheck"):
            self._tells().take(report)

    def pytest_keyboard_interrupt(self) -> None:
        """Take in what was found by a search that the user ended: no test tells it any more."""
        if self._searched:
            self._tells().take_searched(self._searched)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write what is written at the end."""
        if self._told is not None and not hasattr(self._config, "workerinput"):
            self._told.end(is_interrupted=exitstatus == pytest.ExitCode.INTERRUPTED)

    def _tells(self) -> Told:
        """Return what takes in all that is told, made when there is something."""
        from smcheck.pytest_plugin._told import Told

        if self._told is None:
            self._told = Told(self._config, self._asked)
            if not hasattr(self._config, "workerinput"):
                self._told.keep(self._began)
        return self._told

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Tell findings and what was not checked, of every subject that was searched."""
        if self._told is not None:
            self._told.summarise(terminalreporter)


def _group(item: pytest.Item) -> None:
    """Mark a family's test as one of a group, unless the user has groups of their own."""
    function = getattr(item, "function", None)
    module = getattr(function, "__globals__", {}).get("__name__")
    test_class = getattr(item, "cls", None)
    if module != "smcheck.testing.method" or test_class is None:
        return
    if not item.get_closest_marker("xdist_group"):
        group = f"{test_class.__module__}.{item.parent.name if item.parent else item.name}"
        item.add_marker(pytest.mark.xdist_group(name=group))


def _is_ours(error: BaseException | None) -> bool:
    """Tell a finding, or a refusal, without importing what raises it: if nobody has, it is none."""
    bench = sys.modules.get("smcheck.testing.bench")
    errors = sys.modules.get("smcheck.errors")
    if isinstance(error, BaseExceptionGroup):
        return any(map(_is_ours, error.exceptions))
    return (bench is not None and isinstance(error, bench.Broken)) or (
        errors is not None and isinstance(error, errors.UsageError)
    )
