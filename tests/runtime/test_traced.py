"""Bases that lie beside the machine are preempted with it, a library's are not."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from smcheck.runtime.traced import packages_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two modules and a package whose classes build on each other."""
    folder = tmp_path / "home"
    (folder / "roots").mkdir(parents=True)
    (folder / "roots" / "__init__.py").write_text("import queue\nclass Root(queue.Queue): ...")
    (folder / "middle.py").write_text("import roots\nclass Middle(roots.Root): ...")
    (folder / "leaf.py").write_text("import middle\nclass Leaf(middle.Middle): ...")
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return folder


def leaf(*folders: Path) -> type:
    sys.path[:0] = map(str, folders)
    try:
        found = importlib.import_module("leaf").Leaf
    finally:
        del sys.path[: len(folders)]
    assert isinstance(found, type)
    return found


def test_bases_beside_the_class_are_its_own(home: Path) -> None:
    assert packages_of(leaf(home)) == ["leaf", "middle", "roots"]


def test_bases_of_another_place_are_a_library(home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (home / "leaf.py").rename(tmp_path / "elsewhere" / "leaf.py")
    assert packages_of(leaf(tmp_path / "elsewhere", home)) == ["leaf"]


def test_bases_of_an_installed_class_are_libraries(home: Path, tmp_path: Path) -> None:
    installed = home.rename(tmp_path / "site-packages")
    assert packages_of(leaf(installed)) == ["leaf"]


def test_a_class_without_a_file_stands_for_itself() -> None:
    assert packages_of(type("Lone", (dict,), {"__module__": "nowhere.at_all"})) == ["nowhere"]
