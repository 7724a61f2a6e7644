"""Hypothesis's own options go on working, and mean for contract tests what users expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_runs import Inner


@pytest.fixture
def inner(tmp_path: Path) -> Inner:
    """Return a folder with contract tests of a good and a bad machine."""
    return Inner(tmp_path)


def seed_of(inner: Inner, *arguments: str, **variables: str) -> str:
    """Return the seed of the one search of a run."""
    run = inner.run("-k", "Good and close", *arguments, **variables)
    assert " 1 passed" in run.stdout, run.stdout + run.stderr
    [search] = inner.searches()
    return search.split()[1]


def test_seed_of_hypothesis_is_ours_unless_ours_is_given(inner: Inner) -> None:
    assert seed_of(inner, "--hypothesis-seed=41") == "41"
    assert seed_of(inner, "--hypothesis-seed=41", "--smcheck-seed=5") == "5"
    assert seed_of(inner, "--hypothesis-seed=41", "--smcheck-profile=ci") == "41"
    assert seed_of(inner, "--hypothesis-seed=41", "-n2") == "41"


def test_seed_of_hypothesis_may_be_any_text(inner: Inner) -> None:
    seeds = {seed_of(inner, f"--hypothesis-seed={text}") for text in ("friday", "-1")}
    assert len(seeds) == 2
    assert all(seed.isdigit() for seed in seeds)
    assert seed_of(inner, "--hypothesis-seed=friday") in seeds


PROFILES = """
from hypothesis import settings
settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("more", max_examples=500, derandomize=False, database=None)
"""


def test_profile_of_hypothesis_that_is_derandomized_fixes_the_seed(inner: Inner) -> None:
    played = (inner.folder / "conftest.py").read_text()
    inner.write("conftest.py", played + PROFILES)
    assert seed_of(inner, "--hypothesis-profile=same") == "0"
    assert seed_of(inner, "--hypothesis-profile=same", "-n2") == "0"
    assert seed_of(inner, "--hypothesis-profile=same", "--smcheck-seed=4") == "4"
    assert seed_of(inner, "--hypothesis-profile=more") != seed_of(
        inner, "--hypothesis-profile=more"
    )
    inner.write("conftest.py", played + PROFILES + "settings.load_profile('same')\n")
    assert seed_of(inner) == "0"


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_statistics_of_hypothesis_tell_of_searches(inner: Inner, workers: str) -> None:
    run = inner.run(
        "-k", "Bad and lookups", "--hypothesis-show-statistics", "--smcheck-seed=6", workers
    )
    shown = run.stdout[run.stdout.index("= Hypothesis Statistics =") :]
    assert shown.splitlines()[1:7] == [
        "test_it.py::TestBad::test_lookups:",
        "",
        "  - search of bad: 12 plans, 0 schedules, 0 operations in 0.0 s, seed 6",
        "  - lookups exercised in 10 plans",
        "  - found LKP-1: LKP-1 is broken",
        "  - found UPD-4: UPD-4 is broken",
    ]


MACHINE_TEST = """
import smcheck
from hypothesis import settings
from hypothesis import strategies as st
from machine import Machine

class Kept(Machine):
    def __init__(self): self.kept = []
    def update(self, entries):
        self.kept += entries
        return super().update(entries)

class KeptMachine(smcheck.ContractMachine):
    subject = smcheck.Subject(machine=Kept, commands=st.just(b"a"), queries=st.just(1))

TestKept = KeptMachine.TestCase
TestKept.settings = settings(max_examples=3, database=None, deadline=None)
"""


@pytest.mark.dear
def test_test_case_of_a_machine_tells_its_finding_and_events(inner: Inner) -> None:
    inner.write("test_it.py", MACHINE_TEST)
    run = inner.run("--hypothesis-show-statistics", "--hypothesis-seed=1", "--junitxml=j.xml")
    assert "\nUPD-4 violation  update keeps a reference" in run.stdout
    assert "Traceback" not in run.stdout
    assert "explain phase" not in run.stdout
    assert "breaks UPD-4" in run.stdout
    assert "exercises updates" in run.stdout
    assert 'name="smcheck_clause" value="UPD-4"' in (inner.folder / "j.xml").read_text()
