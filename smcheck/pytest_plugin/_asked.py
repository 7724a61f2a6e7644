"""What is asked of this run: the command line, then the ini file, then ``[tool.smcheck]``.

Refuses what is wrong as soon as pytest starts, and makes settings only when somebody wants them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from smcheck.finding import SubjectReport
    from smcheck.testing.settings import Settings

GIVEN, RANDOM = "smcheck_seed", "smcheck_random_seed"
"""What the controller of pytest-xdist tells its workers: a seed, and one if nothing gives it."""

_MOST = 2**63


class Asked:
    """The options of one pytest run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._workerinput: Mapping[str, Any] = getattr(config, "workerinput", {})
        if any(
            self.option(name)
            for name in ("profile", "seed", "schedules", "witness", "store", "html")
        ):
            self._refuse()

    def _refuse(self) -> None:
        """Look at everything that was given, and do it now."""
        _ = self.profile, self.given_seed(), self.witness_dir, self.store_dir, self.html_dir
        self._number("schedules", least=1)

    def option(self, name: str) -> str | None:
        """Return an option from where it is given first."""
        config = self._config
        given = (
            config.getoption(f"smcheck_{name}")
            or config.getini(f"smcheck_{name}")
            or self._configuration.get(name)
        )
        return str(given) if given not in (None, "", []) else None

    @cached_property
    def _configuration(self) -> Mapping[str, object]:
        from smcheck.configuration import configuration, names_smcheck
        from smcheck.errors import UsageError

        # Most projects have nothing for smcheck: those must not wait for a parser.
        if not any(map(names_smcheck, (self._config.rootpath, *self._config.rootpath.parents))):
            return {}
        try:
            table = dict(configuration(self._config.rootpath))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        if "html" in table:
            # There it is a page, here a folder of pages.
            table["html"] = str(table["html"]).removesuffix(".html")
        return table

    @cached_property
    def profile(self) -> str:
        """Name of the profile."""
        from smcheck.testing.settings import PROFILES

        name = self.option("profile") or "dev"
        if name not in PROFILES:
            raise _refused("profile", f"one of {', '.join(PROFILES)}", name)
        return name

    def settings(
        self,
        hear: Callable[[SubjectReport], None],
        hear_judged: Callable[[SubjectReport, str], None],
    ) -> Settings:
        """Return what contract tests are to do, and whom they tell."""
        from smcheck.testing.settings import PROFILES, Settings

        profile = PROFILES[self.profile]
        return Settings(
            profile=self.profile,
            seed=self.seed(),
            schedules=self._number("schedules", least=1) or profile.schedules,
            max_examples=profile.max_examples,
            witness_dir=self.witness_dir,
            hear=hear,
            hear_judged=hear_judged,
        )

    def effort(self) -> str:
        """Return how much is tried, for people."""
        from smcheck.testing.settings import PROFILES

        profile = PROFILES[self.profile]
        schedules = self._number("schedules", least=1) or profile.schedules
        return f"profile {self.profile}: {profile.max_examples} plans, {schedules} schedules each"

    def seed(self) -> int:
        """Return the seed; the workers of pytest-xdist share what their controller has."""
        from smcheck.testing.settings import seed_of_hypothesis

        for seed in (self.given_seed(), seed_of_hypothesis()):
            if seed is not None:
                return seed
        return self.random_seed

    def given_seed(self) -> int | None:
        """Return the seed that somebody chose, by an option or by a profile of ours."""
        if GIVEN in self._workerinput:
            seed: int | None = self._workerinput[GIVEN]
            return seed
        if self._config.getoption("smcheck_seed") is None:
            theirs = self._config.getoption("hypothesis_seed", None)
            if theirs is not None:
                return _number_for(str(theirs))
        own = self._number("seed", least=0)
        if own is not None or self.option("profile") is None:
            return own
        from smcheck.testing.settings import PROFILES

        return PROFILES[self.profile].seed

    @cached_property
    def random_seed(self) -> int:
        """The seed of this run if nothing decides it."""
        if RANDOM in self._workerinput:
            return int(self._workerinput[RANDOM])
        import secrets

        return secrets.randbelow(2**31)

    def _number(self, name: str, *, least: int) -> int | None:
        text = self.option(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or not least <= int(text[:30]) < _MOST:
            raise _refused(name, f"a whole number of {least} or more", text)
        return int(text)

    @cached_property
    def witness_dir(self) -> Path | None:
        """Folder for witnesses; without one that can be written there are none."""
        from smcheck.report.files import DEFAULT_WITNESS_DIR

        given = self._folder("witness")
        if given is not None:
            return given
        if self.store_dir is not None:
            return self.store_dir / "witnesses"
        folder = self._config.rootpath / DEFAULT_WITNESS_DIR
        return folder if _why_no_folder(folder, "") is None else None

    @cached_property
    def store_dir(self) -> Path | None:
        """Folder of the store, ``None`` for none: profile nightly has one in any case."""
        given = self._folder("store")
        if given is None and self.profile == "nightly":
            return self._config.rootpath / ".smcheck/store"
        return given

    @cached_property
    def html_dir(self) -> Path | None:
        """Folder for pages, ``None`` for no pages."""
        return self._folder("html")

    def _folder(self, name: str) -> Path | None:
        given = self.option(name)
        if given is None:
            return None
        folder = self._config.invocation_params.dir / given
        why = _why_no_folder(folder, f"--smcheck-{name}")
        if why is not None:
            raise pytest.UsageError(why)
        return folder


def _why_no_folder(folder: Path, option: str) -> str | None:
    from smcheck.errors import UsageError
    from smcheck.report.files import require_folder

    try:
        require_folder(folder, option)
    except UsageError as error:
        return str(error)
    return None


def _number_for(text: str) -> int:
    """Return a seed for whatever ``--hypothesis-seed`` takes, which is any text."""
    if text.isascii() and text.isdigit() and int(text[:30]) < _MOST:
        return int(text)
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:7])


def _refused(name: str, expected: str, got: str) -> pytest.UsageError:
    return pytest.UsageError(
        f"--smcheck-{name} (smcheck_{name} in the ini file, {name} in [tool.smcheck]): "
        f"expected {expected}, got {got!r}: correct it"
    )
