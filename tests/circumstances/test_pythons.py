"""Which interpreter stands for another Python, and what is said of one that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.circumstances.data import ANOTHER_PYTHON
from smcheck.circumstances.pythons import with_python
from smcheck.errors import UsageError

PYTHON = """#!/bin/sh
echo "smcheck asks a Python 3.99"
"""


def write(folder: Path, text: str) -> str:
    path = folder / "python"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_another_version_that_can_import_smcheck_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, PYTHON)
    assert with_python({ANOTHER_PYTHON: path}) == {ANOTHER_PYTHON: path}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PYTHON + "echo 'No module named m' >&2; exit 1\n",
         "where smcheck cannot be imported (No module named m): install smcheck there"),
        ("#!/bin/sh\necho 3.12\n", "which is no Python 3.11 or later: name an interpreter"),
        ("#!/no/such/shell\n", "which cannot be run ("),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_path_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        with_python({ANOTHER_PYTHON: path})
    assert f"got {path!r}, {says}" in str(refused.value)


def test_nothing_is_looked_for_where_no_other_python_is_wanted() -> None:
    assert with_python({"clock": ""}) == {"clock": ""}
