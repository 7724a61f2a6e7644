"""The benchmark's own side runs each model, and accuses no correct one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
RIGHT = ["locked counter", "two locks, ordered"]
WRONG = ["counter", "counter of three", "two locks", "split test and debit", "live snapshot"]


@pytest.mark.parametrize("side", ["smcheck, random walk", "smcheck, portfolio"])
def test_benchmark_finds_the_planted_races_and_no_other(side: str) -> None:
    wrong = {name: answers[2] for name, answers in run_side(side, [*RIGHT, *WRONG]).items()}
    assert [name for name in RIGHT if wrong[name]] == []
    assert [name for name in WRONG if not wrong[name]] == []


def run_side(side: str, names: list[str]) -> dict[str, list[float]]:
    """Return seconds, executions and failures of 50 executions of each model."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / "sides.py"), side],
        input="".join(json.dumps(["many", name, 50, 1]) + "\n" for name in names),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))
