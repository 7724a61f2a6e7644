"""The pytest plugin: settings for contract tests in, findings and gaps out.

Loaded in every pytest run of every project that has smcheck installed, so it imports next to
nothing until a contract test ran. What a person reads comes from ``smcheck.report``.
"""

from __future__ import annotations

import pytest

from smcheck.pytest_plugin._run import Run

_run = pytest.StashKey[Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each with an ini key of the same name with underscores."""
    group = parser.getgroup("smcheck", "smcheck: hold replicated state machines to their contract")
    for name, metavar, text in (
        ("profile", "NAME", "how much is tried: dev, ci, nightly (default dev)"),
        ("seed", "N", "repeat the search of this seed; random unless given, 0 in profile ci"),
        ("schedules", "N", "run each plan under N further schedules"),
        ("witness", "DIR", "keep witnesses there (default .smcheck/witnesses)"),
        ("store", "DIR", "keep findings there (profile nightly: .smcheck/store unless given)"),
        ("html", "DIR", "write a page for each subject there"),
        ("replay", "FILE", "run the failure in this witness again, and nothing else"),
    ):
        group.addoption(
            f"--smcheck-{name}", dest=f"smcheck_{name}", metavar=metavar, default=None, help=text
        )
        parser.addini(f"smcheck_{name}", f"smcheck: {text}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Put the settings of this run in force."""
    config.stash[_run] = run = Run(config)
    config.pluginmanager.register(run, "smcheck-run")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Put the settings before this run in force again: pytest may run inside pytest."""
    run = config.stash.get(_run, None)
    if run is not None:
        run.end()
