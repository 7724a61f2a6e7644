"""The pytest plugin: settings for contract tests in, findings and gaps out.

Loaded in every pytest run of every project that has smcheck installed, so it imports next to
nothing until a contract test ran. What a person reads comes from ``smcheck.report``.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smcheck.finding import SubjectReport
from smcheck.testing.settings import PROFILES, Settings, set_current

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_SEED_OF_WORKER = "smcheck_seed"
_plugin = pytest.StashKey["Plugin"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each with an ini key of the same name with underscores."""
    group = parser.getgroup("smcheck", "smcheck: hold replicated state machines to their contract")
    for name, metavar, text in (
        ("profile", "NAME", f"how much is tried: {', '.join(PROFILES)} (default dev)"),
        ("seed", "N", "repeat the search of this seed; random unless given, 0 in profile ci"),
        ("schedules", "N", "run each plan under N further schedules"),
        ("witness", "DIR", "keep witnesses there (default .smcheck/witnesses)"),
        ("replay", "FILE", "run the failure in this witness again, and nothing else"),
    ):
        group.addoption(
            f"--smcheck-{name}", dest=f"smcheck_{name}", metavar=metavar, default=None, help=text
        )
        parser.addini(f"smcheck_{name}", f"smcheck: {text}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Put the settings of this run in force."""
    plugin = Plugin(config)
    config.stash[_plugin] = plugin
    config.pluginmanager.register(plugin, "smcheck-run")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Put the settings before this run in force again: pytest may run inside pytest."""
    plugin = config.stash.get(_plugin, None)
    if plugin is not None:
        set_current(plugin.before)


class Plugin:
    """One pytest run.

    Attributes:
        settings: What contract tests read.
        before: Settings to go back to.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._heard: list[SubjectReport] = []
        self._reports: dict[tuple[str, str], SubjectReport] = {}
        self.settings = self._read_settings()
        self.before = set_current(self.settings)

    def _read_settings(self) -> Settings:
        name = self._option("profile") or "dev"
        if name not in PROFILES:
            raise _refused("profile", f"one of {', '.join(PROFILES)}", name)
        profile = PROFILES[name]
        return Settings(
            profile=name,
            seed=self._seed(profile.seed),
            schedules=self._number("schedules", least=1) or profile.schedules,
            max_examples=profile.max_examples,
            witness_dir=self._witness_dir(),
            hear=self._heard.append,
        )

    def _option(self, name: str) -> str | None:
        """Return an option from the command line, else from the ini file."""
        given = self._config.getoption(f"smcheck_{name}") or self._config.getini(f"smcheck_{name}")
        return str(given) if given else None

    def _number(self, name: str, *, least: int) -> int | None:
        text = self._option(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise _refused(name, f"a whole number of {least} or more", text)
        return int(text)

    def _seed(self, of_profile: int | None) -> int:
        """Return the seed; the workers of pytest-xdist share the one of their controller."""
        workers = getattr(self._config, "workerinput", {})
        given = self._number("seed", least=0)
        for seed in (workers.get(_SEED_OF_WORKER), given, of_profile):
            if seed is not None:
                return int(seed)
        return secrets.randbelow(2**31)

    def _witness_dir(self) -> Path | None:
        """Return the folder for witnesses; without one that can be written there are none."""
        from smcheck.errors import UsageError
        from smcheck.report.files import DEFAULT_WITNESS_DIR, require_folder

        given = self._option("witness")
        folder = self._config.invocation_params.dir / given if given else (
            self._config.rootpath / DEFAULT_WITNESS_DIR
        )  # fmt: skip
        try:
            require_folder(folder, "--smcheck-witness")
        except UsageError as error:
            if given:
                raise pytest.UsageError(str(error)) from error
            return None
        return folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # Any: a type of pytest-xdist
        """Give a worker of pytest-xdist the seed."""
        node.workerinput[_SEED_OF_WORKER] = self.settings.seed

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """With a witness to replay, replay it in place of every test."""
        file = self._option("replay")
        if file is None:
            return
        path = self._config.invocation_params.dir / file
        self._config.hook.pytest_deselected(items=list(items))
        items[:] = [ReplayItem.from_parent(session, name=f"smcheck-replay[{file}]", witness=path)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a finding speak for itself, and send along what was searched meanwhile."""
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if report.failed and _is_finding(error) and not self._config.getoption("fulltrace"):
            report.longrepr = "\n".join([str(error), *getattr(error, "__notes__", [])])
        if self._heard:
            from smcheck.report.data import dumps

            # A plain text attribute crosses from a worker of pytest-xdist to the controller.
            report.smcheck = dumps(self._heard).decode()  # type: ignore[attr-defined]  # ours
            self._heard.clear()
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what a test searched, here or in a worker."""
        sent: str | None = getattr(report, "smcheck", None)
        if sent is None:
            return
        import msgspec

        test_class = report.nodeid.rpartition("::")[0]
        for one in msgspec.json.decode(sent, type=list[SubjectReport]):
            # Two workers may have searched the same subject, with the same seed.
            self._reports.setdefault((test_class, one.name), one)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Tell findings and what was not checked, of every subject that was searched."""
        if not self._reports:
            return
        from smcheck.report.text import plain_text, subject_summary

        terminalreporter.section("smcheck")
        terminalreporter.write_line(self._told())
        for report in self._reports.values():
            terminalreporter.write_line("")
            terminalreporter.write_line(
                plain_text(subject_summary(report, root=self._config.invocation_params.dir))
            )

    def _told(self) -> str:
        settings = self.settings
        return (
            f"profile {settings.profile}: {settings.max_examples} plans, {settings.schedules} "
            f"schedules each; --smcheck-seed={settings.seed} repeats this search"
        )


class ReplayItem(pytest.Item):
    """One witness as a test: it passes when the failure is fixed."""

    def __init__(self, *, witness: Path, **kwargs: Any) -> None:  # Any: as pytest.Item has it
        super().__init__(**kwargs)
        self._witness = witness

    def runtest(self) -> None:
        """Replay the witness, in this process under a debugger, else in one of its own."""
        from smcheck.cli.replay import outcome_text, replay_in_child
        from smcheck.cli.replay_here import replay_here
        from smcheck.report.text import plain_text

        is_debugged = self.config.getoption("usepdb") or self.config.getoption("trace")
        outcome = (replay_here if is_debugged else replay_in_child)(self._witness)
        if outcome.status != "fixed":
            raise StillBroken(plain_text(*outcome_text(outcome)))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the witness where pytest names a test's file."""
        return self._witness, None, self.name

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None  # Any: as pytest
    ) -> Any:  # fmt: skip
        """Show what is wrong with the call in a line, and a failure as the finding it is."""
        from smcheck.errors import UsageError

        if isinstance(excinfo.value, (StillBroken, UsageError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class StillBroken(AssertionError):
    """A replayed witness is not fixed."""


def _is_finding(error: BaseException | None) -> bool:
    """Tell a finding without importing what raises it: if nobody has, it is none."""
    bench = sys.modules.get("smcheck.testing.bench")
    return bench is not None and isinstance(error, bench.Broken)


def _refused(name: str, expected: str, got: str) -> pytest.UsageError:
    return pytest.UsageError(
        f"--smcheck-{name} (or smcheck_{name} in the ini file): expected {expected}, "
        f"got {got!r}: correct it"
    )
