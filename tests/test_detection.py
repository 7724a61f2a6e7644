"""Every broken specimen is found for what it is, every correct one is held: one seed, counts.

What is found is replayed in new processes, and its schedule is short. ``docs/detection.md`` has
more seeds and the seconds.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from smcheck.engine.witness import load_witness
from smcheck.finding import Severity, SubjectReport, Verdict
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens
from tests.specimens import BUGGY, FIXED

ROOT = Path(__file__).parent.parent
SEED = 1
LIMIT_EXAMPLES = 100
EXAMPLES_WHEN_CORRECT = 20
REPLAYS = 3
LIMIT_DEVIATIONS = 3

pytestmark = pytest.mark.dear


@pytest.fixture(scope="session")
def witness_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run's witnesses."""
    return tmp_path_factory.mktemp("witnesses")


@cache
def report_of(path: Path, witness_dir: Path | None, *, is_broken: bool) -> SubjectReport:
    """Check one specimen, once per test process."""
    options = Options(
        max_examples=LIMIT_EXAMPLES if is_broken else EXAMPLES_WHEN_CORRECT,
        seed=SEED,
        stop_on_first=is_broken,
        target=f"{path}:subject",
        witness_dir=witness_dir,
    )
    return check_subject(specimens.load(path).subject, options)


@pytest.mark.parametrize(("name", "path"), BUGGY, ids=dict(BUGGY))
def test_broken_specimen_is_found_and_replays(name: str, path: Path, witness_dir: Path) -> None:
    expect = specimens.load(path).EXPECT
    report = report_of(path, witness_dir, is_broken=True)
    severity = expect.get("severity", Severity.VIOLATION)
    found = [f for f in report.findings if f.breach.severity == severity]
    clauses = {finding.breach.clause for finding in found}
    assert clauses & expect["clauses"], (clauses, report.reasons)
    assert clauses <= expect["clauses"] | set(expect.get("also", ()))
    is_a_hazard = report.verdict is not Verdict.VIOLATED
    assert is_a_hazard is (severity == Severity.HAZARD)
    blamed = {finding.location.line for finding in found}
    assert blamed & specimens.blamable_lines(path)
    for finding in found:
        assert len(load_witness(Path(finding.witness)).schedule) <= LIMIT_DEVIATIONS
        assert replays(Path(finding.witness)) == REPLAYS


@pytest.mark.parametrize(("name", "path"), FIXED, ids=dict(FIXED))
def test_correct_specimen_is_held(name: str, path: Path) -> None:
    report = report_of(path, None, is_broken=False)
    assert [f.breach.message for f in report.findings if f.breach.severity != "hazard"] == []
    assert report.verdict is Verdict.HELD, report.reasons
    assert report.stats.examples == EXAMPLES_WHEN_CORRECT


def replays(witness: Path) -> int:
    """Return how many processes fail as a witness says, all forks of a new interpreter."""
    command = [sys.executable, "-m", "tests.replay_witness", str(witness), str(REPLAYS)]
    ended = subprocess.run(
        command, check=True, timeout=120, capture_output=True, text=True, cwd=ROOT
    )
    return int(ended.stdout.split()[-1])
