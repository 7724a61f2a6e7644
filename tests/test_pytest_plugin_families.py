"""Families are tests like any others: selected, expected, repeated and debugged by pytest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_runs import Inner, outcomes

FAMILIES = [
    "close", "determinism", "entries_are_not_retained", "lookups", "progress", "recovery",
    "snapshots", "updates",
]  # fmt: skip


@pytest.fixture
def inner(tmp_path: Path) -> Inner:
    """Return a folder with contract tests of a good and a bad machine."""
    return Inner(tmp_path)


def test_families_are_collected_as_methods_of_the_users_class(inner: Inner) -> None:
    names = inner.run("--collect-only", "-q").stdout.splitlines()
    assert [name for name in names if "TestGood" in name] == [
        f"test_it.py::TestGood::test_{family}" for family in FAMILIES
    ]
    assert inner.searches() == []


def test_families_fail_alone_after_one_search(inner: Inner) -> None:
    run = inner.run("-v", "--smcheck-seed=3", "-k", "Bad", "--durations=0", "-vv")
    failed = [name for name, said in outcomes(run).items() if said == "FAILED"]
    assert failed == ["TestBad::test_entries_are_not_retained", "TestBad::test_lookups"]
    assert inner.searches() == ["bad 3 plain"]
    assert "call     test_it.py::TestBad::test_" in run.stdout


def test_families_stand_on_the_users_line(inner: Inner) -> None:
    run = inner.run("-v", "-k", "Bad and lookups", "--full-trace")
    assert "test_it.py::TestBad::test_lookups FAILED" in run.stdout
    assert '>   TestBad = smcheck.contract_test(subject("bad"))' in run.stdout
    assert "test_it.py:6: " in run.stdout


def test_families_are_selected_by_what_failed_last(inner: Inner) -> None:
    inner.run()
    lookups, kept = "TestBad::test_lookups", "TestBad::test_entries_are_not_retained"
    assert outcomes(inner.run("-v", "--lf")) == {kept: "FAILED", lookups: "FAILED"}
    assert list(outcomes(inner.run("-v", "--ff")))[:2] == [kept, lookups]
    assert list(outcomes(inner.run("-v", "--lf", "-x"))) == [kept]
    assert list(outcomes(inner.run("-v", "--lf", "--maxfail=1"))) == [kept]


def test_families_are_stepped_through(inner: Inner) -> None:
    assert list(outcomes(inner.run("-v", "-k", "Bad", "--sw")))[-1] == (
        "TestBad::test_entries_are_not_retained"
    )
    run = inner.run(
        "-v", "-k", "Bad", "--sw", "--deselect=test_it.py::TestBad::test_entries_are_not_retained"
    )
    assert list(outcomes(run))[-1] == "TestBad::test_lookups"


EXPECTED = """
import pytest
import smcheck
from machine import subject

TestOne = smcheck.contract_test(subject("one"))
pytest.mark.xfail(strict=True)(TestOne.test_lookups)

class TestTwo(smcheck.contract_test(subject("two"))):
    @pytest.mark.xfail(strict=True, reason="issue 12")
    def test_lookups(self):
        super().test_lookups()

    @pytest.mark.skip(reason="later")
    def test_entries_are_not_retained(self):
        super().test_entries_are_not_retained()

@pytest.mark.xfail(strict=True)
class TestThree(smcheck.contract_test(subject("three"))):
    pass
"""


def test_families_are_expected_to_fail_and_skipped(inner: Inner) -> None:
    inner.write("test_it.py", EXPECTED)
    said = outcomes(inner.run("-v"))
    assert said["TestOne::test_lookups"] == "XFAIL"
    assert said["TestOne::test_entries_are_not_retained"] == "FAILED"
    assert said["TestTwo::test_lookups"] == "XFAIL"
    assert said["TestTwo::test_entries_are_not_retained"] == "SKIPPED"
    assert said["TestThree::test_lookups"] == "XFAIL"
    assert said["TestThree::test_updates"] == "FAILED"
    assert len(inner.searches()) == 3


def test_families_of_a_module_are_expected_to_fail(inner: Inner) -> None:
    mark = "import pytest\npytestmark = pytest.mark.xfail(strict=True)\n"
    inner.write("test_it.py", mark + (inner.folder / "test_it.py").read_text())
    run = inner.run("-v", "-k", "TestBad and lookups or TestGood and close")
    assert outcomes(run) == {"TestGood::test_close": "FAILED", "TestBad::test_lookups": "XFAIL"}
    assert "[XPASS(strict)]" in run.stdout


LOOP = """
import smcheck
from machine import subject

for name in ("bad", "good"):
    globals()[f"Test_{name}"] = smcheck.contract_test(subject(name))
"""


def test_subjects_made_in_a_loop_have_readable_names(inner: Inner) -> None:
    inner.write("test_it.py", LOOP)
    run = inner.run("-v", "-k", "lookups", "--smcheck-seed=1")
    assert outcomes(run) == {
        "Test_bad::test_lookups": "FAILED",
        "Test_good::test_lookups": "PASSED",
    }
    assert inner.searches() == ["bad 1 plain", "good 1 plain"]


AROUND = """
import pytest
import smcheck
from machine import Machine, subject

Base = smcheck.contract_test(subject("good"))

class TestOne(Base):
    @pytest.fixture(autouse=True)
    def around(self, monkeypatch):
        monkeypatch.setattr(Machine, "text", "one")

@pytest.mark.usefixtures("elsewhere")
class TestTwo(Base):
    pass

@pytest.fixture(scope="class")
def elsewhere():
    Machine.text = "two"
"""


def test_each_subclass_is_searched_amid_its_own_fixtures(inner: Inner) -> None:
    inner.write("test_it.py", AROUND)
    inner.run("-k", "TestOne or TestTwo", "--smcheck-seed=1")
    assert inner.searches() == ["good 1 one", "good 1 two"]


def test_families_may_run_in_any_order(inner: Inner) -> None:
    shuffled = "\ndef pytest_collection_modifyitems(items):\n    items.reverse()\n"
    inner.write("conftest.py", (inner.folder / "conftest.py").read_text() + shuffled)
    run = inner.run("-v", "-k", "Bad", "-p", "no:randomly")
    failed = [name for name, said in outcomes(run).items() if said == "FAILED"]
    assert failed == ["TestBad::test_lookups", "TestBad::test_entries_are_not_retained"]
    assert len(inner.searches()) == 1


def test_debugger_opens_on_the_users_line_below_the_finding(inner: Inner) -> None:
    run = inner.run("-k", "Bad and lookups", "--pdb", stdin="p self.subject.name\nq\n")
    shown = run.stdout[: run.stdout.index("entering PDB")]
    assert "LKP-1 violation  LKP-1 is broken" in shown
    assert "pytest --pdb --smcheck-replay LKP-1.json" in shown
    assert "-> TestBad = smcheck.contract_test(subject(\"bad\"))\n(Pdb) 'bad'" in run.stdout


def test_unittest_runs_families_and_shows_findings_alone(inner: Inner) -> None:
    inner.write("test_it.py", TWO_FOR_UNITTEST)
    run = inner.python("-m", "unittest", "test_it")
    assert "FAIL: test_lookups (test_it.TestBad.test_lookups)" in run.stderr
    assert "Broken: LKP-1 violation  LKP-1 is broken\n" in run.stderr
    assert "Traceback" not in run.stderr
    assert "Ran 16 tests" in run.stderr
    assert sorted(inner.searches()) == ["Bad None plain", "good None plain"]


def test_unittest_takes_its_seed_from_the_project_and_tells_it(inner: Inner) -> None:
    inner.write("test_it.py", TWO_FOR_UNITTEST)
    inner.write("pyproject.toml", "[tool.smcheck]\nseed = 8\n")
    run = inner.python("-m", "unittest", "test_it.TestBad.test_lookups")
    assert "seed 8; seed = 8 under [tool.smcheck] in pyproject.toml repeats this search" in (
        run.stderr
    )
    assert inner.searches() == ["Bad 8 plain"]


TWO_FOR_UNITTEST = """
import conftest
import smcheck
from machine import subject

TestGood = smcheck.contract_test(subject("good"))
TestBad = smcheck.contract_test(subject("Bad"))
"""


def test_contract_tests_run_without_the_plugin(inner: Inner) -> None:
    run = inner.run("-v", "-p", "no:smcheck", "-W", "error")
    failed = [name for name, said in outcomes(run).items() if said == "FAILED"]
    assert failed == ["TestBad::test_entries_are_not_retained", "TestBad::test_lookups"]
    assert '>   TestBad = smcheck.contract_test(subject("bad"))\nE   ' in run.stdout
    assert "smcheck/testing" not in run.stdout


def test_refusal_of_a_subject_is_one_line(inner: Inner) -> None:
    refuse = (
        "from smcheck.errors import UsageError\n"
        "def check_subject(subject, options):\n"
        "    raise UsageError('expected bytes, got 5: encode it')\n"
        "import smcheck.testing.family as family\n"
        "family.check_subject = check_subject\n"
    )
    inner.write("conftest.py", refuse)
    run = inner.run("-k", "Bad and lookups")
    assert "_\nexpected bytes, got 5: encode it\n=" in run.stdout
    alone = inner.python("-m", "unittest", "test_it.TestBad.test_lookups")
    assert "\nsmcheck.errors.UsageError: bad: expected " in alone.stderr
    assert "Traceback" not in alone.stderr
