"""The command on real machines: deaths that replay, and subjects that are not what they must be."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smcheck.cli import death
from smcheck.engine import draft
from tests.cli.conftest import MACHINE

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_death_is_named_and_its_witness_replays(smcheck_real: Run, tmp_path: Path) -> None:
    ran = smcheck_real("check", "machine.py:adder", "--seed", "1", "--json", "report.json")
    assert ran.returncode == 1, ran.stderr
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    line = MACHINE.splitlines().index("            os._exit(3)") + 1
    assert (finding["clause"], finding["location"]) == (
        "UPD-8",
        {"file": str(tmp_path / "machine.py"), "line": line, "function": "Adder.work"},
    )
    again = smcheck_real("replay", finding["witness"])
    assert (again.returncode, again.stdout.splitlines()[0]) == (1, "still fails")
    (tmp_path / "machine.py").write_text(MACHINE.replace("os._exit(3)", "pass"))
    fixed = smcheck_real("replay", finding["witness"])
    assert (fixed.returncode, fixed.stdout) == (0, "fixed\n")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("refusing", "expected the factory to give a machine, it raised ValueError: no database"),
        ("numbers", "expected commands to draw bytes, got"),
        ("objects", "expected queries of plain data"),
        ("speechless", "expected a model with apply(cmd) and query(query)"),
        ("lacking", "missing"),
        ("nothing", "expected the name 'nothing'"),
        ("Adder", "expected a smcheck.Subject, got the class Adder"),
    ],
)
def test_a_wrong_subject_is_refused_in_one_line(smcheck_real: Run, name: str, says: str) -> None:
    # What is drawn is seen to be wrong when it is drawn: give a busy machine the time.
    ran = smcheck_real("check", f"machine.py:{name}", "--time", "60s")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert says in ran.stderr


def test_a_factory_that_raises_is_refused_before_any_target_is_checked(smcheck_real: Run) -> None:
    ran = smcheck_real("check", "machine.py:adder", "machine.py:refusing")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no database" in ran.stderr


@pytest.mark.parametrize(
    "text", ["", "{}", "[" * 10_000, '{"queries": ' + "[" * 10_000 + "]" * 10_000 + "}", "\0"]
)
def test_a_damaged_witness_is_refused_in_one_line(
    smcheck_real: Run, tmp_path: Path, text: str
) -> None:
    (tmp_path / "w.json").write_text(text)
    ran = smcheck_real("replay", "w.json")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "w.json is damaged" in ran.stderr


def test_parent_and_engine_call_the_check_of_a_death_the_same() -> None:
    assert death.CHECK == draft.CHECK
