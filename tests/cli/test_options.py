"""The words of the command line, and the one line that refuses what is no word of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from smcheck.cli.app import app, run
from smcheck.cli.options import near_matches, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10.0), ("500ms", 0.5), ("2m", 120.0), ("1h", 3600.0), ("1.5", 1.5), ("1m30s", 90.0)],
)
def test_seconds_of(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-1", "10 s", "ten", "1d", "nan", "inf", "s", "9" * 400]
)
def test_seconds_of_refuses(text: str) -> None:
    assert seconds_of(text) is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check m:x --time ten", "'--time': expected a length of time such as 10s"),
        ("check m:x --max-examples 0", "'--max-examples': expected a whole number from 1"),
        ("check m:x --schedules x", "'--schedules': expected a whole number from 1"),
        ("check m:x --seed -1", "'--seed': expected a whole number from 0"),
        ("check m:x --only UPD4", "got 'UPD4': did you mean UPD-4"),
        ("check m:x --only ,", "'--only': expected clause ids such as UPD-4,LKP-1, got none"),
        ("check m:x --json no/such/file", "--json: expected a file that can be written"),
        ("check m:x --json .", "--json: expected a file that can be written"),
        ("check m:x --witness pyproject.toml", "--witness: expected a folder"),
        ("check m:x --html page", "No such option '--html'"),
        ("check", "Missing argument 'TARGET...'"),
        ("fuzz m:x", "No such command 'fuzz'"),
        ("clauses UPD-99", "expected the id of a clause, got 'UPD-99'"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: str,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    assert run(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_near_matches_offers_the_clauses_of_a_prefix() -> None:
    assert near_matches("UPD", ["LKP-1", "UPD-1", "UPD-2"]) == ["UPD-1", "UPD-2"]


def test_clauses_lists_every_clause_with_its_kinds() -> None:
    result = CliRunner().invoke(app, ["clauses"])
    assert "UPD-4   rcd    entries_are_not_retained" in result.output
    assert "DSK-1   --d" in result.output


def test_clauses_tells_one_clause() -> None:
    result = CliRunner().invoke(app, ["clauses", "upd-4"])
    assert [line.split()[0] for line in result.output.splitlines() if line[0] != " "] == [
        "clause", "meaning", "reason", "check", "kinds", "family", "severity",
    ]  # fmt: skip


def test_help_lists_what_works_and_nothing_else() -> None:
    output = CliRunner().invoke(app, []).output
    commands = output.partition("Commands:")[2].partition("Exit")[0].split("\n")
    assert [line.split()[0] for line in commands if line.strip()] == ["check", "clauses", "replay"]
