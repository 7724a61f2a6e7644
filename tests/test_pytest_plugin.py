"""The plugin in pytest runs of its own: settings go in, findings and gaps come out.

The tests inside stand in for contract tests: they read the settings and hand over a report, so
that no machine is searched here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]

SHOWS = """
from smcheck.testing.settings import current

def test_settings():
    s = current()
    print("GOT", s.profile, s.seed, s.schedules, s.max_examples, s.witness_dir)
"""

SEARCHES = """
import pytest
from smcheck.testing.settings import current
from tests.report.test_data import violated

class TestInventory:
    def test_updates(self):
        report = violated()
        report.stats.seed = current().seed
        current().note(report)

    @pytest.mark.parametrize("n", range(4))
    def test_other(self, n):
        self.test_updates()
"""


@pytest.fixture
def run_pytest(tmp_path: Path) -> Run:
    """Return a function that runs pytest on a test file with the plugin on."""
    is_installed = any(one.name == "smcheck" for one in entry_points(group="pytest11"))
    plugin = [] if is_installed else ["-p", "smcheck.pytest_plugin"]

    def run(source: str, *arguments: str, ini: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_it.py").write_text(source)
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
        path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": ""},
        )  # fmt: skip

    return run


def got(ran: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what the inner test printed of its settings."""
    [line] = re.findall(r"^(?:test_it.py )?GOT (.*)$", ran.stdout, re.MULTILINE)
    return str(line).split()


def test_plugin_defaults_to_the_dev_profile(run_pytest: Run, tmp_path: Path) -> None:
    profile, seed, *rest = got(run_pytest(SHOWS, "-s"))
    assert (profile, rest) == ("dev", ["20", "100", str(tmp_path / ".smcheck" / "witnesses")])
    assert seed.isdigit()


def test_plugin_ci_profile_has_a_fixed_seed(run_pytest: Run) -> None:
    assert got(run_pytest(SHOWS, "-s", "--smcheck-profile=ci"))[:4] == ["ci", "0", "20", "100"]


def test_plugin_takes_everything_from_the_ini_file(run_pytest: Run, tmp_path: Path) -> None:
    ini = "smcheck_profile=nightly\nsmcheck_seed=5\nsmcheck_schedules=7\nsmcheck_witness=w"
    ran = run_pytest(SHOWS, "-s", ini=ini)
    assert got(ran) == ["nightly", "5", "7", "2000", str(tmp_path / "w")]


def test_plugin_prefers_the_command_line(run_pytest: Run) -> None:
    ran = run_pytest(SHOWS, "-s", "--smcheck-seed=0", ini="smcheck_seed=5")
    assert got(ran)[1] == "0"


def test_plugin_takes_everything_from_the_project(run_pytest: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.smcheck]\nprofile = "nightly"\nseed = 5\nschedules = 7\nwitness = "w"\n'
        'max-examples = 3\nstrict = true\nhtml = "pages.html"\n'
    )
    assert got(run_pytest(SHOWS, "-s")) == ["nightly", "5", "7", "2000", str(tmp_path / "w")]
    assert got(run_pytest(SHOWS, "-s", ini="smcheck_seed=6"))[1] == "6"
    assert got(run_pytest(SHOWS, "-s", "--smcheck-schedules=8"))[2] == "8"


@pytest.mark.parametrize("text", ["sed = 5", 'profile = "fast"'])
def test_plugin_refuses_the_projects_table_in_one_line(
    run_pytest: Run, tmp_path: Path, text: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.smcheck]\n{text}\n")
    ran = run_pytest(SHOWS)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "[tool.smcheck]" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--smcheck-profile=fast", "expected one of dev, ci, nightly, got 'fast'"),
        ("--smcheck-seed=-1", "expected a whole number of 0 or more, got '-1'"),
        ("--smcheck-schedules=0", "expected a whole number of 1 or more, got '0'"),
        ("--smcheck-witness=test_it.py", "--smcheck-witness: expected a folder"),
    ],
)
def test_plugin_refuses_in_one_line(run_pytest: Run, option: str, says: str) -> None:
    ran = run_pytest(SHOWS, option)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_plugin_summary_tells_findings_and_gaps(run_pytest: Run) -> None:
    out = run_pytest(SEARCHES, "--smcheck-seed=3", "-k", "updates").stdout
    assert "--smcheck-seed=3 repeats this search" in out
    assert "Inventory (concurrent): violated, 1 violation" in out
    assert "UPD-4 violation: The entry is kept" in out
    assert "not checked, never exercised by what was drawn" in out


def test_plugin_summary_is_silent_without_contract_tests(run_pytest: Run) -> None:
    out = run_pytest("def test_a(): pass").stdout
    assert "smcheck" not in re.sub("^plugins: .*", "", out, flags=re.MULTILINE)


def test_plugin_under_xdist_shares_the_seed_and_tells_each_subject_once(run_pytest: Run) -> None:
    out = run_pytest(SEARCHES, "-n2").stdout
    [seed] = re.findall(r"--smcheck-seed=(\d+)", out)
    assert out.count("Inventory (concurrent)") == 1
    assert f"seed {seed}\n" in out


def test_plugin_lets_a_finding_speak_for_itself(run_pytest: Run) -> None:
    source = """
def test_updates():
    from smcheck.testing.bench import Broken
    raise Broken("UPD-4 violation  The entry is kept")
"""
    out = run_pytest(source).stdout
    assert "\nUPD-4 violation  The entry is kept\n" in out
    assert "raise Broken" not in out


def test_plugin_refuses_a_damaged_witness(run_pytest: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    ran = run_pytest(SHOWS, "--smcheck-replay=bad.json")
    assert ran.returncode == 1
    assert "1 deselected" in ran.stdout
    assert "bad.json is damaged" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_plugin_does_not_import_hypothesis() -> None:
    program = "import sys, smcheck.pytest_plugin; sys.exit('hypothesis' in sys.modules)"
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": path}
    )
