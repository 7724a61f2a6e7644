"""Every clause is broken by a specimen that is to be found for it, or the docs say why by none.

That the specimens are really found, ``tests/test_detection.py`` holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.profiles import Kind, kind_of
from tests import specimens

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"

FEWEST = {Kind.REGULAR: 8, Kind.CONCURRENT: 8, Kind.ON_DISK: 8}
"""Broken machines of a kind without which too little is tried on it."""


def found() -> Iterator[tuple[str, Kind]]:
    """Yield the clause that alone names a broken specimen, and the specimen's kind."""
    for _, path in specimens.BUGGY:
        module = specimens.load(path)
        if len(module.EXPECT["clauses"]) == 1:
            yield (*module.EXPECT["clauses"], kind_of(module.subject.machine))


FOUND = frozenset(found())
NAMED = [pytest.param(one, id=one.id) for one in CLAUSES.values() if one.is_named]
UNNAMED = [pytest.param(one, id=one.id) for one in CLAUSES.values() if not one.is_named]


@pytest.mark.parametrize("one", NAMED)
def test_clause_has_a_specimen_that_is_found_for_it_alone(one: Clause) -> None:
    assert {kind for clause, kind in FOUND if clause == one.id} & one.kinds


@pytest.mark.parametrize("one", UNNAMED)
def test_clause_without_a_specimen_has_its_reason_in_the_docs(one: Clause) -> None:
    assert len(one.excuse) > len("for this.")
    last = PAGE.read_text("utf-8").partition("\n## What no machine can break\n")[2]
    assert f"[{one.id}](#{one.id.lower()}) {one.text} *Why:* {one.excuse}\n" in last


@pytest.mark.parametrize("one", UNNAMED)
def test_clause_that_no_finding_names_is_named_by_no_specimen(one: Clause) -> None:
    assert one.id not in {clause for clause, _ in FOUND}


@pytest.mark.parametrize("kind", Kind)
def test_kind_has_specimens_enough(kind: Kind) -> None:
    machines = (specimens.load(path).subject.machine for _, path in specimens.BUGGY)
    assert sum(kind_of(machine) is kind for machine in machines) >= FEWEST[kind]


@pytest.mark.parametrize("one", NAMED)
def test_clause_of_one_kind_has_a_specimen_of_that_kind(one: Clause) -> None:
    kinds = {kind for clause, kind in FOUND if clause == one.id}
    assert len(one.kinds) > 1 or one.kinds <= kinds
