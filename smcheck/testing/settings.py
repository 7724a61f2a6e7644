"""What the test runner asks of every contract test, and where tests leave their reports.

The pytest plugin makes it, ``contract_test`` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smcheck.configuration import FILE, TABLE, Value, configuration
from smcheck.errors import UsageError
from smcheck.finding import SubjectReport
from smcheck.testing.source import set_source, source


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
        hear_judged: Called with such a report and the family that a test judges by it.
    """

    profile: str = "dev"
    seed: int | None = None
    schedules: int = PROFILES["dev"].schedules
    max_examples: int = PROFILES["dev"].max_examples
    witness_dir: Path | None = None
    hear: Callable[[SubjectReport], None] | None = field(default=None, compare=False)
    hear_judged: Callable[[SubjectReport, str], None] | None = field(default=None, compare=False)

    def note(self, report: SubjectReport) -> None:
        """Hand a report to the test runner, if one listens."""
        if self.hear is not None:
            self.hear(report)

    def note_judged(self, report: SubjectReport, family: str) -> None:
        """Tell the test runner, if one listens, by what a test judges which family."""
        if self.hear_judged is not None:
            self.hear_judged(report, family)


def seed_of_hypothesis() -> int | None:
    """Return 0 where the user's Hypothesis profile wants the same on every run, else ``None``."""
    from hypothesis import settings

    return 0 if settings().derandomize else None


def current() -> Settings:
    """Return the settings in force; outside of pytest those of the project's own file.

    Raises:
        UsageError: What the file says is not what it must be.
    """
    asked = source()
    return _of_project(configuration(Path.cwd())) if asked is None else asked()


def _of_project(table: Mapping[str, Value]) -> Settings:
    name = str(table.get("profile", "dev"))
    if name not in PROFILES:
        raise UsageError(
            f"profile of {TABLE} in {FILE}: expected one of {', '.join(PROFILES)}, got {name!r}: "
            "correct it"
        )
    profile = PROFILES[name]
    seed, schedules = table.get("seed", profile.seed), table.get("schedules", profile.schedules)
    witness = table.get("witness")
    return Settings(
        profile=name,
        seed=None if seed is None else int(str(seed)),
        schedules=int(str(schedules)),
        max_examples=profile.max_examples,
        witness_dir=None if witness is None else Path(str(witness)),
    )


def set_current(settings: Settings) -> Settings:
    """Put ``settings`` in force and return those before."""
    before = current()
    set_source(lambda: settings)
    return before
