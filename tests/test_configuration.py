"""``[tool.smcheck]``: found upwards, held to its keys and types, paths relative to its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.configuration import configuration
from smcheck.errors import UsageError


def table(folder: Path, text: str) -> None:
    """Write a project file with these lines in the table."""
    (folder / "pyproject.toml").write_text(f"[tool.smcheck]\n{text}\n")


def test_configuration_reads_every_key(tmp_path: Path) -> None:
    table(
        tmp_path,
        'time = "10s"\nmax-examples = 5\nschedules = 6\nseed = 7\nonly = ["UPD-4"]\n'
        'vary = ["locale"]\ndont-vary = []\nstrict = true\nwitness = "w"\nhtml = "/h"\n'
        'json = "j.json"\nprofile = "ci"',
    )
    assert configuration(tmp_path) == {
        "time": "10s", "max-examples": 5, "schedules": 6, "seed": 7, "only": ["UPD-4"],
        "vary": ["locale"], "dont-vary": [], "strict": True, "witness": str(tmp_path / "w"),
        "html": "/h", "json": str(tmp_path / "j.json"), "profile": "ci",
    }  # fmt: skip


def test_configuration_is_the_nearest_one_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    table(tmp_path, "seed = 1")
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "about smcheck"\n')
    assert configuration(inner) == {"seed": 1}
    table(inner, "seed = 2")
    assert configuration(inner) == {"seed": 2}


def test_configuration_is_empty_without_a_table(tmp_path: Path) -> None:
    assert configuration(tmp_path) == {}


def test_configuration_leaves_broken_files_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    assert configuration(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sed = 1", "expected a key of smcheck, got 'sed': did you mean seed?"),
        ("jobs = 1", "expected a key of smcheck, got 'jobs': there are time, max-examples, "),
        ('seed = "1"', "expected seed to be a whole number, got '1': correct it"),
        ("seed = true", "expected seed to be a whole number, got True"),
        ("seed = 1.5", "expected seed to be a whole number, got 1.5"),
        ("seed = -1", "expected seed to be 0 or more, got -1: correct it"),
        ("schedules = 0", "expected schedules to be 1 or more, got 0: correct it"),
        ("strict = 1", "expected strict to be true or false, got 1"),
        ('only = "UPD-4"', "expected only to be a list of texts, got 'UPD-4'"),
        ("only = [4]", "expected only to be a list of texts, got [4]"),
        ("time = []", 'expected time to be a text such as "10s", or a number of seconds, got []'),
        ('profile = "zz"', "expected profile to be one of dev, ci, nightly, got 'zz': correct it"),
        ('json = ""', "expected json to be the name of a file or folder, got ''"),
        ("seed = ", "expected TOML, got what is none (Invalid value"),
    ],
)
def test_configuration_refuses_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    table(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        configuration(tmp_path)
    told = str(caught.value)
    assert told.startswith(f"{tmp_path / 'pyproject.toml'}: ")
    assert says in told
    assert "\n" not in told


def test_configuration_refuses_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nsmcheck = 5\n")
    with pytest.raises(UsageError, match=r"expected a table \[tool.smcheck\], got 5: write one"):
        configuration(tmp_path)
