"""What the test runner asks of every contract test, and where tests leave their reports.

The pytest plugin sets it, ``contract_test`` reads it. It must not import Hypothesis: the plugin
is loaded in every pytest run, also where nobody uses smcheck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from smcheck.finding import SubjectReport


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is tried; ``seed`` fixes the search unless it is ``None``."""

    max_examples: int
    schedules: int
    seed: int | None = None


PROFILES = {
    "dev": Profile(max_examples=100, schedules=20),
    "ci": Profile(max_examples=100, schedules=20, seed=0),
    "nightly": Profile(max_examples=2_000, schedules=50),
}
"""Profiles by name: fast with a new seed each time, the same each time, and long."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How contract tests search.

    Attributes:
        profile: Name of the profile the rest came from.
        seed: Of the search; random when ``None``.
        schedules: Further schedules of each plan.
        max_examples: Plans of each subject.
        witness_dir: Where witnesses go; none are written without it.
        hear: Called with the report of each subject that a test searched.
    """

    profile: str = "dev"
    seed: int | None = None
    schedules: int = PROFILES["dev"].schedules
    max_examples: int = PROFILES["dev"].max_examples
    witness_dir: Path | None = None
    hear: Callable[[SubjectReport], None] | None = field(default=None, compare=False)

    def note(self, report: SubjectReport) -> None:
        """Hand a report to the test runner, if one listens."""
        if self.hear is not None:
            self.hear(report)


_current = Settings()


def current() -> Settings:
    """Return the settings in force; the defaults outside of pytest."""
    return _current


def set_current(settings: Settings) -> Settings:
    """Put ``settings`` in force and return those before."""
    global _current
    before, _current = _current, settings
    return before
