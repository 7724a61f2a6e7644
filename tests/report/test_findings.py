"""Six findings of different families, text and page, held by snapshots.

They are made in a process of its own, since the order of sets is part of what one of them shows.
``python -m tests.report.findings`` writes them anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.findings import FRAME, KEPT, NAMES, ROOT

LIMIT_LINES, LIMIT_COLUMNS = 80, 100


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all of them, made now."""
    folder = tmp_path_factory.mktemp("findings")
    done = subprocess.run(
        [sys.executable, "-m", "tests.report.findings", str(folder)],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_text_of_a_finding_is_the_one_kept(made: Path, name: str) -> None:
    text = (made / f"{name}.txt").read_text("utf-8")
    assert text == (KEPT / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_page_of_a_finding_is_the_one_kept(made: Path, name: str) -> None:
    text = (made / f"{name}.html").read_text("utf-8")
    assert text == (KEPT / f"{name}.html").read_text("utf-8")


def test_frame_of_every_page_is_the_one_kept(made: Path) -> None:
    assert (made / FRAME).read_text("utf-8") == (KEPT / FRAME).read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_text_of_a_finding_fits_and_names_no_line_of_smcheck(name: str) -> None:
    lines = (KEPT / f"{name}.txt").read_text("utf-8").splitlines()
    assert len(lines) < LIMIT_LINES
    assert max(map(len, lines)) <= LIMIT_COLUMNS
    assert [line for line in lines if "smcheck/" in line] == []
