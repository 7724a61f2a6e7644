"""The mutants of the correct machines: how many, how they are named, and what is said of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests import specimens
from tests.mutants.generate import OPERATORS, Mutant, mutants, mutants_of
from tests.mutants.report import Explanations, Row, explanations, page
from tests.mutants.small import machine

pytestmark = pytest.mark.dear

DOCS = Path(__file__).parents[2] / "docs"
ROWS: dict[str, Row] = json.loads((DOCS / "mutants.json").read_text("utf-8"))

METHODS = """
def lookup(self, query):
    return dict(self.a)
"""


@cache
def every() -> list[Mutant]:
    """Return the mutants of all correct machines."""
    return mutants_of(specimens.FIXED)


def row(status: str, *clauses: str) -> Row:
    """Return what became of a mutant."""
    return {
        "machine": "store",
        "operator": "drop a copy",
        "line": 3,
        "digest": "d",
        "status": status,
        "clauses": list(clauses),
        "hazards": [],
        "seconds": 1.0,
    }


def test_mutants_are_as_many_as_promised() -> None:
    assert len(every()) >= 300
    assert {mutant.operator for mutant in every()} == OPERATORS.keys()


def test_mutants_have_names_of_their_own() -> None:
    assert len({mutant.name for mutant in every()}) == len(every())


def test_name_does_not_hang_on_the_line() -> None:
    [here] = [m for m in mutants("a", machine(METHODS)) if m.operator == "drop a copy"]
    later = machine("def close(self):\n    return None\n" + METHODS)
    [there] = [m for m in mutants("a", later) if m.operator == "drop a copy"]
    assert here.name == there.name
    assert (here.line, there.line) == (13, 16)


def test_model_and_subject_are_left_alone() -> None:
    text = machine(METHODS)
    assert [m for m in mutants("a", text) if "return sorted(dict(entries))" not in m.text] == []


def test_same_change_in_the_same_function_is_one_fault() -> None:
    [one] = [m for m in mutants("a", machine(METHODS)) if m.operator == "drop a copy"]
    other = machine("def close(self):\n    return None\n" + METHODS)
    [two] = [m for m in mutants("b", other) if m.operator == "drop a copy"]
    assert one.fault == two.fault


def test_page_says_what_became_of_the_mutants() -> None:
    assert (DOCS / "mutants.md").read_text("utf-8") == page(ROWS, explanations())


@pytest.mark.parametrize("kind", ["equivalent", "survived"])
def test_explanations_are_of_mutants_that_survive(kind: str) -> None:
    named = explanations()["equivalent" if kind == "equivalent" else "survived"]
    assert sorted(named.keys() - {mutant.name for mutant in every()}) == []
    assert [name for name in named if name not in ROWS or ROWS[name]["status"] == "killed"] == []
    assert [name for name, reason in named.items() if len(reason) < 20] == []


def test_no_mutant_is_explained_twice() -> None:
    why = explanations()
    assert why["equivalent"].keys() & why["survived"].keys() == set()


def test_equivalent_mutants_do_not_count_as_survivors() -> None:
    why = Explanations(equivalent={"store: x in f: - a + b": "Nobody asks."}, survived={})
    rows = {"store: x in f: - a + b": row("survived"), "store: y in f: + c": row("killed", "UPD-1")}
    text = page(rows, why)
    assert "**2 mutants: 1 killed, 0 survived, 1 equivalent, 0 undecided." in text
    assert "Of those that are not equivalent 100.0 % were killed.**" in text
    assert "Nobody asks." in text.partition("## Equivalent")[2]


def test_survivor_without_a_reason_is_told_as_such() -> None:
    text = page({"store: x in f: - a + b": row("survived")}, {"equivalent": {}, "survived": {}})
    assert "- `store`, line 3, x in f: `` - a + b ``  \n  Not explained." in text


def test_mutants_that_cannot_be_built_do_not_count() -> None:
    text = page({"store: x in f: - a + b": row("broken")}, {"equivalent": {}, "survived": {}})
    assert "**0 mutants: 0 killed" in text
