"""Witnesses in a folder, replayed in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smcheck.engine.replay import Status
from smcheck.engine.stored import is_same_target, replay_stored
from tests import specimens

ROOT = Path(__file__).parents[2]
SUBJECT = specimens.load(ROOT / "tests" / "buggy" / "minus_one.py").subject
NAME = "Counter-RES-1-6b0bc4d00d13.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one witness, in the root of no project."""
    shutil.copy(ROOT / "tests" / "witnesses" / "minus_one.json", tmp_path / NAME)
    return tmp_path


def test_replays_what_is_of_the_subject(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    [one] = replay_stored(SUBJECT, "tests/buggy/minus_one.py:subject", folder)
    assert one.stored.path == folder / NAME
    assert one.outcome.status is Status.FAILS
    assert one.outcome.finding is not None
    assert one.outcome.finding.signature == "6b0bc4d00d13"


def test_tells_what_is_of_another_subject_or_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (folder / "Counter-RES-1-000000000000.json").write_text("{")
    damaged, other = replay_stored(SUBJECT, "tests/buggy/torn_line.py:subject", folder)
    assert damaged.outcome.status is other.outcome.status is Status.CANNOT
    assert "is damaged" in damaged.outcome.reason
    assert other.outcome.reason == "it is of another subject, tests/buggy/minus_one.py:subject"


def test_replays_nothing_where_nothing_is_stored(tmp_path: Path) -> None:
    assert list(replay_stored(SUBJECT, "tests/buggy/minus_one.py:subject", tmp_path / "no")) == []


@pytest.mark.parametrize(
    ("theirs", "ours", "is_same"),
    [
        ("m.py:a", "/p/m.py:a", True),
        ("m.py:a", "/p/m.py:b", False),
        ("m.py:a", "/q/m.py:a", False),
        ("pkg.m:a", "pkg.m:a", True),
        ("pkg.m:a", "/p/pkg/m.py:a", True),
        ("pkg/m.py:a", "pkg.m:a", True),
        ("pkg.m:a", "/p/other/m.py:a", False),
    ],
)
def test_targets_are_the_same_by_file_or_by_name(theirs: str, ours: str, is_same: bool) -> None:
    assert is_same_target(theirs, "/p", ours) is is_same
