"""The words of the command line, and the one line that refuses what is no word of it."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent

import pytest
from click.testing import CliRunner

from smcheck.circumstances.data import CIRCUMSTANCES
from smcheck.cli.app import app, run
from smcheck.cli.options import near_matches, seconds_of
from smcheck.contract.clauses import CLAUSES, Clause


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
        ("check m:x --html no/such/page", "--html: expected a file that can be written"),
        ("check", "Missing argument 'TARGET...'"),
        ("hunt m:x", "No such command 'hunt'"),
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


def test_an_empty_path_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fuzz", "m:x", "--store", ""]) == 2
    assert (
        "'--store': expected the name of a file or folder, got an empty" in capsys.readouterr().err
    )


def test_near_matches_offers_the_clauses_of_a_prefix() -> None:
    assert near_matches("UPD", ["LKP-1", "UPD-1", "UPD-2"]) == ["UPD-1", "UPD-2"]


def test_clauses_lists_every_clause_with_its_kinds() -> None:
    result = CliRunner().invoke(app, ["clauses"])
    assert "UPD-4   rcd    entries_are_not_retained" in result.output
    assert "DSK-1   --d" in result.output


def test_clauses_marks_what_no_machine_can_break() -> None:
    result = CliRunner().invoke(app, ["clauses"])
    assert "BAT-4   -cd*   updates" in result.output
    assert "* what the host does, no duty of a machine's" in result.output


def test_clauses_tells_one_clause_with_two_examples() -> None:
    result = CliRunner().invoke(app, ["clauses", "upd-4"])
    assert [line.split()[0] for line in result.output.splitlines() if line[:1].strip()] == [
        "clause", "meaning", "reason", "check", "kinds", "severity", "family", "broken", "mended",
    ]  # fmt: skip
    broken, _, mended = result.output.partition("\nbroken\n")[2].partition("\nmended\n")
    assert "            self._recent.append(entry)  # " in broken
    assert "            self._recent.append((entry.index, bytes(entry.cmd)))\n" in mended


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_clauses_shows_both_examples_as_they_are(clause: Clause) -> None:
    output = CliRunner().invoke(app, ["clauses", clause.id]).output
    example = clause.example
    assert f"\nbroken\n{indent(example.broken, ' ' * 4)}\n" in output
    assert f"\nmended\n{indent(example.mended, ' ' * 4)}\n" in output
    assert max(map(len, output.splitlines())) <= 100


def test_clauses_says_what_the_helpers_of_an_example_do() -> None:
    told = CliRunner().invoke(app, ["clauses", "REC-1"]).output.partition("\nmended\n")[2]
    assert [line.split()[0] for line in told.splitlines() if line[:1].strip()] == [
        "decode", "read_all",
    ]  # fmt: skip


def test_circumstances_lists_every_one_and_what_is_varied_by_default() -> None:
    output = CliRunner().invoke(app, ["circumstances"]).output
    assert max(map(len, output.splitlines())) <= 100
    for one in CIRCUMSTANCES:
        [line] = [text for text in output.splitlines() if text.startswith(f"{one.name}  ")]
        assert line.removeprefix(one.name).split()[0] == ("on" if one.on_by_default else "off")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("--vary", "clok"), "got 'clok': did you mean clock"),
        (("--vary", "weather"), "got 'weather': `smcheck circumstances` lists them"),
        (("--vary", "clock=3"), "expected a value for 'another Python' only, got 'clock=3'"),
        (("--dont-vary", "clock=3"), "expected a name alone, got 'clock=3': leave the value out"),
        (("--dont-vary", "another Python=/nope"), "expected a name alone, got 'another Python="),
        (("--vary", "another Python=A", "--vary", "another python=B"),
         "expected one value for 'another Python', got 'A' and 'B': leave one out"),
        (("--vary", "hash-seed", "--dont-vary", "Hash Seed"), "got both for 'hash seed'"),
        (("--vary", "another python=/nowhere"), "got '/nowhere', which is not there: check the"),
        (("--vary", "another python=/"), "got '/', which cannot be run: check the path"),
        (("--vary", "another python=cat"), "got 'cat', which is no Python 3.11 or later: name an"),
        (("--vary", f"another python={sys.executable}"), "like this one: name another version"),
    ],
)  # fmt: skip
def test_wrong_names_of_circumstances_are_one_line(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "nothing.py:nobody", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_help_lists_what_works_and_nothing_else() -> None:
    output = CliRunner().invoke(app, []).output
    commands = output.partition("Commands:")[2].partition("Exit")[0].split("\n")
    assert [line.split()[0] for line in commands if line.strip()] == [
        "check", "circumstances", "clauses", "export", "fuzz", "init", "merge", "record", "replay",
        "report", "verify",
    ]  # fmt: skip
