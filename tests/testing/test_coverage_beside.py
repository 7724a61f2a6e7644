"""Coverage counts a machine's lines under control as it counts them without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            for part in self.parts():
                self.value += part
        if self.value > 100:
            return "never"
        return [
            part
            for part in self.parts()
        ]

    def parts(self):
        try:
            yield 1
        finally:
            self.last = (lambda: self.value)()

def workers():
    return [Counter.increment, Counter.increment]
"""
PLAIN = """
from program import Counter, workers

def test_counter():
    it = Counter()
    for worker in workers():
        worker(it)
    assert it.value == 2
"""
CONTROLLED = """
import smcheck
from program import Counter, workers

def test_counter():
    result = smcheck.explore(
        Counter, workers(), invariant=lambda it: it.value == 2, executions=30
    )
    assert result.verdict is smcheck.Verdict.HELD
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a program, and a test of it with and without control."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "test_plain.py").write_text(PLAIN)
    (tmp_path / "test_controlled.py").write_text(CONTROLLED)
    (tmp_path / ".coveragerc").write_text("[run]\nbranch = true\nsource = .\nomit = test_*\n")
    return tmp_path


def counted(project: Path, core: str, *command: str) -> dict[str, object]:
    """Return the lines and branches of the program that a command ran."""
    environment = {
        **os.environ, "COVERAGE_CORE": core, "COVERAGE_FILE": str(project / "data"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "strategies")]),
    }  # fmt: skip
    environment.pop("COVERAGE_PROCESS_START", None)

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=project, env=environment, text=True,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    run(*command)
    run("coverage", "json", "-q", "-o", "report.json")
    [file] = json.loads((project / "report.json").read_text())["files"].values()
    return {
        name: file[name]
        for name in ("executed_lines", "missing_lines", "executed_branches", "missing_branches")
        if name in file
    }


@pytest.mark.parametrize("core", ["ctrace", "pytrace", "sysmon"])
def test_a_controlled_run_counts_the_same_lines(project: Path, core: str) -> None:
    command = ["coverage", "run", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    plain = counted(project, core, *command, "test_plain.py")
    assert counted(project, core, *command, "test_controlled.py") == plain
    assert plain["missing_lines"] == [14]


@pytest.mark.parametrize("core", ["ctrace", "sysmon"])
def test_pytest_cov_agrees(project: Path, core: str) -> None:
    command = ["pytest", "-q", "-p", "no:cacheprovider", "--cov=.", "--cov-report="]
    plain = counted(project, core, *command, "test_plain.py")
    assert counted(project, core, *command, "test_controlled.py") == plain
    assert plain["missing_lines"] == [14]
