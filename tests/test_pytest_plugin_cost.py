"""What the plugin costs a run without contract tests: a few small modules, and nothing of others.

``benchmarks/plugin_cost.py`` measures the time; here it is what is imported, which is the same on
every computer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_runs import Inner

FEW = [
    "smcheck", "smcheck._version", "smcheck.configuration", "smcheck.errors",
    "smcheck.pytest_plugin", "smcheck.pytest_plugin._asked",
    "smcheck.pytest_plugin._run", "smcheck.testing", "smcheck.testing.source",
]  # fmt: skip
HEAVY = ("click", "hypothesis", "jinja2", "msgspec", "rich", "secrets", "trio")
SHOWS = """
import sys

def pytest_unconfigure():
    print("LOADED", *sorted(sys.modules))
"""


@pytest.fixture
def unused(tmp_path: Path) -> Inner:
    """Return a folder with a test that has nothing to do with smcheck."""
    inner = Inner(tmp_path)
    inner.write("conftest.py", SHOWS)
    inner.write("test_it.py", "def test_nothing(): pass\n")
    inner.write("pyproject.toml", '[project]\nname = "other"\n')
    return inner


def loaded(inner: Inner, *arguments: str) -> list[str]:
    """Return the modules that were loaded at the end of a run."""
    out = inner.run("-s", *arguments).stdout
    assert "1 passed" in out
    [line] = [line for line in out.splitlines() if line.startswith("LOADED ")]
    return line.split()[1:]


def test_unused_plugin_loads_a_few_modules_and_no_library(unused: Inner) -> None:
    modules = loaded(unused, "-p", "no:hypothesispytest", "-p", "no:xdist")
    assert [name for name in modules if name.startswith("smcheck")] == FEW
    assert [name for name in HEAVY if name in modules] == []


def test_unused_plugin_leaves_nothing_behind(unused: Inner) -> None:
    before = sorted(path.name for path in unused.folder.iterdir())
    loaded(unused, "-p", "no:cacheprovider", "-p", "no:xdist")
    after = sorted(path.name for path in unused.folder.iterdir() if path.name != "__pycache__")
    assert after == before


def test_project_that_depends_on_smcheck_loads_no_library_either(unused: Inner) -> None:
    unused.write("pyproject.toml", '[project]\ndependencies = ["smcheck"]\n')
    modules = loaded(unused, "-p", "no:hypothesispytest", "-p", "no:xdist")
    assert [name for name in HEAVY if name in modules] == []
