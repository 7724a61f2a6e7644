"""The families of clauses: one test method of ``contract_test`` each, by name.

Says which families and clauses a machine can have at all; what was exercised is history.
"""

from __future__ import annotations

from collections.abc import Collection

from smcheck.contract.clauses import CLAUSES
from smcheck.contract.profiles import Kind

_NAMES = (
    "updates", "determinism", "entries_are_not_retained", "lookups", "snapshots", "recovery",
    "progress", "close", "durability",
)  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    name: tuple(one.id for one in CLAUSES.values() if one.family == name) for name in _NAMES
}
"""Ids of the clauses by family, both in a fixed order."""

_NEEDS = {"lookups": "lookups", "snapshots": "snapshots", "recovery": "snapshots"}
_NEEDS_BY_PREFIX = {
    "LKP": {"lookups"}, "LKP-6": {"close"}, "CLO": {"close"}, "CLO-1": {"lookups"},
    "HSH": {"hash"}, "BAT": {"batches"}, "UPD-6": {"batches"}, "UPD-7": {"batches"},
    "UPD-4": {"reuse"}, "REC-1": {"replacement"}, "REC-4": {"stop"}, "REC-5": {"raw images"},
    "REC-6": {"raw images"}, "SAV-7": {"stop"}, "FIL-1": {"files"}, "FIL-2": {"files"},
    "LKP-5": {"replacement"},
    "UPD-11": {"retries"},
}  # fmt: skip


def family_of(clause_id: str) -> str:
    """Return the family that answers for a clause."""
    return CLAUSES[clause_id].family


def needs_of(clause_id: str) -> frozenset[str]:
    """Return the capabilities, of machine and host, without which a clause says nothing.

    Those of the machine are what ``Subject.without`` may name, those of the host what
    ``Profile.lacks`` does.
    """
    found = {need for family, need in _NEEDS.items() if family == family_of(clause_id)}
    more = (needs for prefix, needs in _NEEDS_BY_PREFIX.items() if clause_id.startswith(prefix))
    return frozenset(found.union(*more))


def clauses_of(kind: Kind | str, without: Collection[str] = frozenset()) -> tuple[str, ...]:
    """Return the clauses about a machine of ``kind`` where the capabilities ``without`` lack."""
    kind = Kind(kind)
    return tuple(
        one.id
        for one in CLAUSES.values()
        if kind in one.kinds and needs_of(one.id).isdisjoint(without)
    )


def families_of(kind: Kind | str, without: Collection[str] = frozenset()) -> tuple[str, ...]:
    """Return the families that a machine of ``kind`` can have; the others are absent."""
    had = {family_of(clause_id) for clause_id in clauses_of(kind, without)}
    return tuple(name for name in _NAMES if name in had)
