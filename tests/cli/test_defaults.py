"""``[tool.smcheck]`` as defaults of ``smcheck check``; the command line wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smcheck.cli import check as check_module
from smcheck.cli.app import run
from smcheck.cli.messages import CheckOptions
from smcheck.cli.status import Exit


class PlayedRun:
    """Stands in for the run of a check and keeps what it was asked."""

    asked: list[tuple[CheckOptions, bool]]

    def __init__(self, targets: Any, options: CheckOptions, *, strict: bool, **more: Any) -> None:
        self.asked.append((options, strict))
        self.report = None

    def run(self) -> Exit:
        """Return that all is well."""
        return Exit.HELD


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[CheckOptions, bool]]:
    """Return what checks are asked, in a folder below the project's."""
    PlayedRun.asked = []
    monkeypatch.setattr(check_module, "CheckRun", PlayedRun)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return PlayedRun.asked


def write(folder: Path, text: str) -> None:
    """Write the table of the project."""
    (folder / "pyproject.toml").write_text(f"[tool.smcheck]\n{text}\n")


TABLE = (
    'time = "1m"\nmax-examples = 3\nschedules = 4\nseed = 5\nonly = ["upd-4", "LKP-1"]\n'
    'witness = "kept"\nvary = ["locale"]\ndont-vary = ["time zone"]\nstrict = true\n'
)


def test_check_takes_defaults_from_the_project(
    asked: list[tuple[CheckOptions, bool]], tmp_path: Path
) -> None:
    write(tmp_path, TABLE + 'profile = "ci"')
    assert run(["check", "a.py:a"]) == Exit.HELD
    [(options, strict)] = asked
    assert (options.seconds, options.max_examples, options.schedules, options.seed) == (60, 3, 4, 5)
    assert (options.only, options.witness_dir) == (("UPD-4", "LKP-1"), str(tmp_path / "kept"))
    assert (list(options.vary), options.dont_vary, strict) == (["locale"], ("time zone",), True)


def test_check_prefers_the_command_line(
    asked: list[tuple[CheckOptions, bool]], tmp_path: Path
) -> None:
    write(tmp_path, TABLE)
    run(["check", "a.py:a", "--seed=9", "--only=REC-1", "--vary=host name"])
    [(options, _)] = asked
    assert (options.seed, options.only, list(options.vary)) == (9, ("REC-1",), ["host name"])
    assert options.schedules == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sed = 1", "pyproject.toml: [tool.smcheck]: expected a key of smcheck, got 'sed'"),
        ('seed = "1"', "expected seed to be a whole number, got '1': correct it"),
        ("seed = -1", "[tool.smcheck]: expected seed to be 0 or more, got -1: correct it"),
        ('time = "x"', "got 'x': write a number above 0 and a unit ([tool.smcheck] in pypro"),
        ('only = ["X-1"]', "got 'X-1': `smcheck clauses` lists them ([tool.smcheck] in pypr"),
    ],
)
def test_check_refuses_a_table_in_one_line(
    asked: list[tuple[CheckOptions, bool]], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    text: str, says: str,
) -> None:  # fmt: skip
    write(tmp_path, text)
    assert run(["check", "a.py:a"]) == Exit.USAGE
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert asked == []


def test_refusal_of_what_was_typed_does_not_name_the_file(
    asked: list[tuple[CheckOptions, bool]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "seed = 1")
    assert run(["check", "a.py:a", "--seed=-1"]) == Exit.USAGE
    assert "pyproject" not in capsys.readouterr().err


def test_other_commands_do_not_read_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "sed = 1")
    monkeypatch.chdir(tmp_path)
    assert run(["clauses", "UPD-4"]) == Exit.HELD
    assert "UPD-4" in capsys.readouterr().out
