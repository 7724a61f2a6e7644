"""Families: every clause has one, and a machine has those it can."""

from __future__ import annotations

import pytest

from smcheck.contract.clauses import CLAUSES
from smcheck.contract.families import FAMILIES, clauses_of, families_of, family_of, needs_of
from smcheck.contract.profiles import Kind

SHARED = ["updates", "determinism", "entries_are_not_retained"]


def test_families_share_out_every_clause_once() -> None:
    shared_out = [clause for clauses in FAMILIES.values() for clause in clauses]
    assert sorted(shared_out) == sorted(CLAUSES)


def test_families_are_the_public_ones_in_order() -> None:
    assert list(FAMILIES) == [
        *SHARED, "lookups", "snapshots", "recovery", "progress", "close", "durability",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "family"),
    [
        ("UPD-1", "determinism"), ("UPD-4", "entries_are_not_retained"), ("UPD-6", "updates"),
        ("BAT-6", "lookups"), ("LKP-5", "recovery"), ("LKP-6", "close"), ("SAV-1", "snapshots"),
        ("PRG-1", "progress"), ("CRA-1", "progress"), ("DSK-1", "durability"),
    ],
)  # fmt: skip
def test_clause_has_its_family(clause: str, family: str) -> None:
    assert family_of(clause) == family


@pytest.mark.parametrize("kind", [Kind.REGULAR, "concurrent"])
def test_machine_in_memory_has_all_families_but_durability(kind: Kind | str) -> None:
    assert families_of(kind) == tuple(FAMILIES)[:-1]


def test_machine_on_disk_has_every_family() -> None:
    assert families_of(Kind.ON_DISK) == tuple(FAMILIES)


@pytest.mark.parametrize(
    ("without", "families"),
    [
        ({"lookups"}, [*SHARED, "snapshots", "recovery", "progress", "close"]),
        ({"snapshots"}, [*SHARED, "lookups", "progress", "close"]),
        ({"lookups", "snapshots", "hash"}, [*SHARED, "progress", "close"]),
    ],
)
def test_machine_lacks_the_families_of_what_it_cannot(
    without: set[str], families: list[str]
) -> None:
    assert list(families_of("concurrent", without)) == families


def test_clauses_of_a_machine_leave_out_other_kinds_and_missing_capabilities() -> None:
    assert "SAV-2" not in clauses_of("concurrent")
    assert "SAV-2" in clauses_of("regular")
    assert "HSH-1" in clauses_of("regular")
    assert "HSH-1" not in clauses_of("regular", {"hash"})
    assert "CLO-1" not in clauses_of("regular", {"lookups"})
    assert "CLO-3" in clauses_of("regular", {"lookups"})
    assert "CRA-1" in clauses_of("concurrent", {"lookups"})


def test_clauses_of_a_host_leave_out_what_it_never_does() -> None:
    gone = set(clauses_of("concurrent")) - set(
        clauses_of("concurrent", {"batches", "close", "reuse", "replacement"})
    )
    assert gone >= {"UPD-4", "UPD-6", "UPD-7", "BAT-1", "BAT-6", "CLO-3", "LKP-6", "REC-1"}
    assert gone.isdisjoint({"UPD-1", "LKP-1", "SAV-1", "REC-3", "RDC-3", "HSH-1"})
    assert "close" not in families_of("concurrent", {"close"})


def test_needs_name_every_capability_of_a_clause() -> None:
    assert needs_of("LKP-5") == {"lookups", "snapshots", "replacement"}
    assert needs_of("HSH-1") == {"hash"}
    assert needs_of("LKP-6") == {"lookups", "close"}
    assert needs_of("UPD-1") == frozenset()
