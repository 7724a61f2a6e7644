"""Run pytest in a process of its own on contract tests whose searches are played.

The classes are the real ones; only what a search says is written down here, so that a run takes
no longer than it takes pytest to start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Each search appends a line to the file ``searches``: whom it searched, and by which seed.
PLAYED = """
import os
import pathlib
import smcheck.testing.family as family
from smcheck.contract.families import FAMILIES
from smcheck.finding import Breach, Finding, Location, Severity, SubjectReport, Verdict

HERE = pathlib.Path(__file__).parent

def found(clause, text, severity=Severity.VIOLATION, line=3):
    breach = Breach(clause, "played", f"{clause} is broken", text, severity=severity)
    place = Location(str(HERE / "machine.py"), line, "Machine.lookup")
    return Finding(breach, place, signature=f"sig-{clause}", witness=f"{clause}.json")

def check_subject(subject, options):
    with open(HERE / "searches", "a") as file:
        print(subject.name, options.seed, subject.machine().text, file=file)
    findings = [] if subject.name == "good" else [
        found("LKP-1", "expected 1, got 100%\\n::set-output name=a::b"),
        found("UPD-4", "an entry is kept", line=5),
        found("ENV-1", "it reads the clock", Severity.HAZARD),
    ]
    verdict = Verdict.VIOLATED if findings else Verdict.HELD
    report = SubjectReport(subject.name, "concurrent", verdict, findings)
    report.families = dict.fromkeys(FAMILIES, 10)
    report.stats.seed, report.stats.examples = options.seed or 0, 12
    return report

family.check_subject = check_subject
"""

MACHINE = """
import smcheck

class Machine:
    text = "plain"
    def update(self, entries): return entries
    def lookup(self, query): return None
    def prepare_snapshot(self): return None
    def save_snapshot(self, context, writer, files, stopped): pass
    def recover_from_snapshot(self, reader, files, stopped): pass
    def close(self): pass

class Forms:
    def example(self): pass

def subject(name, machine=Machine, **more):
    return smcheck.Subject(machine=machine, commands=Forms(), queries=Forms(), name=name, **more)
"""

TWO = """
import smcheck
from machine import subject

TestGood = smcheck.contract_test(subject("good"))
TestBad = smcheck.contract_test(subject("bad"))
"""


class Inner:
    """A folder with tests, and pytest run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("conftest.py", PLAYED)
        self.write("machine.py", MACHINE)
        self.write("test_it.py", TWO)
        self.write("pytest.ini", "[pytest]\nfilterwarnings = error\n")

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        (self.folder / name).write_text(text)

    def searches(self) -> list[str]:
        """Return what was searched so far, and forget it."""
        file = self.folder / "searches"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def run(
        self, *arguments: str, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run pytest with the plugin on."""
        is_installed = any(one.name == "smcheck" for one in entry_points(group="pytest11"))
        plugin = [] if is_installed else ["-p", "smcheck.pytest_plugin"]
        return self.python("-m", "pytest", *plugin, *arguments, stdin=stdin, **variables)

    def python(
        self, *arguments: str, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder, with nothing of this run in its environment."""
        outer = {"PYTEST_VERSION", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS", "CI", "GITHUB_ACTIONS"}
        kept = {name: value for name, value in os.environ.items() if name not in outer}
        path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, input=stdin, capture_output=True,
            text=True, check=False, timeout=120,
            env={**kept, "PYTHONPATH": path, "PYTHONSAFEPATH": "", **variables},
        )  # fmt: skip


def outcomes(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return what ``-v`` said of each test, by its name without the file."""
    found = {}
    for line in run.stdout.splitlines():
        words = line.split()
        if len(words) > 1 and words[0].startswith("test_it.py::"):
            found[words[0].removeprefix("test_it.py::")] = words[1]
    return found
