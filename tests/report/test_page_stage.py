"""What the script of the page is sent: versions that fit, lines that ran, texts made visible."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from smcheck.finding import Location
from smcheck.report.page.sources import place, surroundings
from smcheck.report.page.stage import fits, shown, stage
from smcheck.scenario import Act, Step, Version
from tests.report import page_cases as cases

NOWHERE = Location("", 0, "")
STATES = tuple(Version(n, state=f"{{'n': {n}}}", answers=(("'n'", str(n)),)) for n in range(4))


@pytest.mark.parametrize(
    "act, expected",
    [
        (Act(0, "lookup", "lookup 'n'", "2"), [2]),
        (Act(0, "lookup", "lookup 'n'", "9"), []),
        (Act(0, "lookup", "lookup 'other'", "2"), None),
        (Act(0, "save", "save", "{'n': 3}"), [3]),
        (Act(0, "save", "save", ""), None),
        (Act(0, "update", "update 1", "2"), None),
    ],
)
def test_fits_are_the_versions_that_say_what_came(act: Act, expected: list[int] | None) -> None:
    assert fits(act, STATES) == expected


def test_fits_know_the_label_of_a_query() -> None:
    versions = [Version(1, answers=(("lookup(('all',))", "7"),))]
    assert fits(Act(0, "lookup", "lookup ('all',)", "7"), versions) == [1]


def test_stage_sends_each_line_once() -> None:
    data = stage(cases.long(steps=400, operations=4), NOWHERE)
    assert isinstance(data["steps"], list)
    assert isinstance(data["lines"], list)
    assert (len(data["steps"]), len(data["lines"])) == (400, 2)


def test_stage_names_the_line_at_fault() -> None:
    blamed = cases.finding(cases.torn()).location
    data = stage(cases.torn(), blamed)
    assert data["blamed"] == [5]
    assert stage(cases.torn(), NOWHERE)["blamed"] == []


def test_stage_sends_every_field_of_an_operation() -> None:
    data = stage(cases.torn(), NOWHERE)
    assert isinstance(data["acts"], list)
    assert data["acts"][1] == {
        "task": 1, "operation": "lookup", "text": "lookup ('total',)", "result": "190",
        "began": 5, "ended": 10, "versions": [0, 1], "wrong": True, "output": [], "fits": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "text, expected",
    [("a\x00b\u202e", "a\\x00b\\u202e"), ("x" * 2001, "x" * 2000 + "… 2,001 characters")],
)
def test_shown_spells_out_and_cuts(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_surroundings_are_the_lines_around_what_ran(tmp_path: Path) -> None:
    file = tmp_path / "machine.py"
    file.write_text("".join(f"line {n}\n" for n in range(1, 20)))
    step = Step(0, str(file), 2, "f", "line 2")
    assert list(surroundings([step])[str(file)]) == [1, 2, 3, 4, 5]


def test_surroundings_of_an_edited_file_are_only_what_ran(tmp_path: Path) -> None:
    file = tmp_path / "machine.py"
    file.write_text("".join(f"edited {n}\n" for n in range(1, 20)))
    step = Step(0, str(file), 2, "f", "line 2")
    assert surroundings([step])[str(file)] == {2: "line 2"}


def test_place_shows_a_line_among_its_neighbours(tmp_path: Path) -> None:
    file = tmp_path / "machine.py"
    file.write_text("class A:\n    def f(self):\n        return 1\n")
    found = place(Location(str(file), 3, "A.f"), around=1)
    assert [(line.text, line.is_named) for line in found.lines] == [
        ("def f(self):", False), ("    return 1", True)
    ]  # fmt: skip


@pytest.mark.parametrize("line", [0, 4])
def test_place_of_a_line_that_is_not_there_has_no_source(tmp_path: Path, line: int) -> None:
    file = tmp_path / "machine.py"
    file.write_text("one\ntwo\nthree\n")
    assert place(Location(str(file), line, "f")).lines == ()
    assert place(Location(str(tmp_path / "gone.py"), line, "f")).lines == ()


def test_cases_cover_every_kind_of_record() -> None:
    seen = {type(one).__name__ for make in cases.ALL for one in records(make())}
    assert seen >= {"Act", "Step", "Touch", "Turn", "Version", "Twins", "Row"}


def records(record: object) -> list[object]:
    """Return a record and all records inside it."""
    found = [record]
    for field in dataclasses.fields(record):  # type: ignore[arg-type]  # only records are given
        value = getattr(record, field.name)
        inner = value if isinstance(value, tuple) else (value,)
        found += [more for one in inner if dataclasses.is_dataclass(one) for more in records(one)]
    return found
