"""The table of clauses: whole, in order, and worded for people."""

from __future__ import annotations

import pytest

from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.profiles import Kind

EVERY = pytest.mark.parametrize("one", CLAUSES.values(), ids=CLAUSES)

COUNTS = {
    "NEW": 2, "THR": 1, "UPD": 11, "BAT": 6, "LOG": 3, "RES": 2, "SES": 4, "LKP": 7, "PRE": 5,
    "SAV": 11, "FIL": 3, "REC": 8, "CLO": 3, "HSH": 3, "DSK": 12, "PRG": 3, "RDC": 3, "CRA": 1,
}  # fmt: skip


def test_clauses_are_all_there_in_order() -> None:
    expected = [f"{area}-{n}" for area, count in COUNTS.items() for n in range(1, count + 1)]
    assert list(CLAUSES) == [*expected, "LKP-8"]


@EVERY
def test_clause_is_filed_under_its_id(one: Clause) -> None:
    assert CLAUSES[one.id] is one


@EVERY
def test_clause_says_rule_reason_and_check_in_whole_sentences(one: Clause) -> None:
    for text in (one.text, one.reason, one.how):
        assert text.endswith(".")
        assert "  " not in text
        assert "\n" not in text
    assert len(one.text) <= 120


@EVERY
def test_clause_has_kinds_and_a_severity(one: Clause) -> None:
    assert one.kinds
    assert one.severity == ("hazard" if one.id == "HSH-3" else "violation")


@pytest.mark.parametrize(
    ("clause", "kinds"),
    [
        ("UPD-1", {Kind.REGULAR, Kind.CONCURRENT, Kind.ON_DISK}),
        ("UPD-6", {Kind.CONCURRENT, Kind.ON_DISK}),
        ("NEW-1", {Kind.REGULAR, Kind.CONCURRENT}),
        ("SAV-2", {Kind.REGULAR}),
        ("DSK-3", {Kind.ON_DISK}),
        ("LKP-6", {Kind.REGULAR, Kind.CONCURRENT, Kind.ON_DISK}),
    ],
)
def test_clause_is_about_its_kinds(clause: str, kinds: set[Kind]) -> None:
    assert CLAUSES[clause].kinds == kinds
