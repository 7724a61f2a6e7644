"""What must be the same on every computer, as told without importing anything."""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest

import smcheck
from smcheck.campaign.cluster.versions import first_unequal, name_of, refusal, versions_of
from smcheck.campaign.cluster.wire import Unequal

PACKAGE = "the code of smcheck_trial_machines"


def make(root: Path, text: str = "x = 1\n") -> Path:
    """Write a package and return the file of a module in it."""
    package = root / "smcheck_trial_machines"
    (package / "inner").mkdir(parents=True, exist_ok=True)
    for path in (package / "__init__.py", package / "inner" / "__init__.py"):
        path.write_text("raise SystemExit('nobody may import this')\n")
    module = package / "inner" / "machine.py"
    module.write_text(text)
    return module


def code_in(root: Path) -> str:
    return versions_of(["smcheck_trial_machines.inner.machine:subject"], folder=root)[PACKAGE]


def test_versions_are_those_of_this_interpreter() -> None:
    found = versions_of([])
    assert list(found) == ["smcheck", "Python", "Hypothesis"]
    assert found["smcheck"] == smcheck.__version__
    assert found["Python"] == "CPython " + ".".join(map(str, sys.version_info[:3]))
    assert found["Hypothesis"] == hypothesis.__version__


def test_versions_tell_the_code_of_a_target_by_its_top_level_package(tmp_path: Path) -> None:
    make(tmp_path)
    assert code_in(tmp_path).startswith("3 source files, digest ")
    assert "smcheck_trial_machines" not in sys.modules


def test_versions_tell_the_release_of_an_installed_package() -> None:
    code = versions_of(["hypothesis.strategies:nothing"])["the code of hypothesis"]
    assert code.startswith(f"{hypothesis.__version__} (")


def test_versions_are_others_after_an_edit_anywhere_in_the_package(tmp_path: Path) -> None:
    module = make(tmp_path)
    before = code_in(tmp_path)
    module.with_name("helper.py").write_text("")
    added = code_in(tmp_path)
    make(tmp_path, "x = 2\n")
    assert len({before, added, code_in(tmp_path)}) == 3


def test_versions_are_the_same_wherever_the_package_lies(tmp_path: Path) -> None:
    make(tmp_path / "one")
    make(tmp_path / "other")
    assert code_in(tmp_path / "one") == code_in(tmp_path / "other")


def test_versions_do_not_count_what_the_interpreter_writes(tmp_path: Path) -> None:
    module = make(tmp_path)
    before = code_in(tmp_path)
    cache = module.with_name("__pycache__")
    cache.mkdir()
    (cache / "machine.py").write_text("x = 3\n")
    assert code_in(tmp_path) == before


def test_versions_of_a_file_in_a_package_are_those_of_the_package(tmp_path: Path) -> None:
    place = make(tmp_path).relative_to(tmp_path).as_posix()
    found = versions_of([f"{place}:subject"], folder=tmp_path)
    assert found[f"the code of {place}"] == code_in(tmp_path)


def test_versions_of_a_lone_file_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "machine.py").write_text("x = 1\n")
    (tmp_path / "other.py").write_text("x = 1\n")
    found = versions_of(["machine.py:subject"], folder=tmp_path)
    assert found["the code of machine.py"].startswith("1 source file, digest ")


@pytest.mark.parametrize("target", ["smcheck_absent.machine:subject", "absent.py:subject"])
def test_versions_say_that_there_is_nothing(target: str, tmp_path: Path) -> None:
    assert versions_of([target], folder=tmp_path)[name_of(target)] == "nothing"


def test_unequal_is_the_first_that_differs() -> None:
    expected = {"smcheck": "1", "Python": "2", "the code of x": "3"}
    assert first_unequal(expected, expected | {"more": "4"}) is None
    got = {"smcheck": "1", "Python": "0"}
    assert first_unequal(expected, got) == Unequal("Python", "2", "0")
    assert first_unequal(expected, {"smcheck": "1", "Python": "2"}) == Unequal(
        "the code of x", "3", "nothing"
    )


def test_refusal_says_where_what_and_what_to_do() -> None:
    assert refusal(Unequal("smcheck", "0.2", "0.1"), "the worker tcp://host:1") == (
        "the worker tcp://host:1: expected smcheck to be 0.2 as it is here, got 0.1: "
        "install the same on both sides and start that process again"
    )
