"""Which calls a host may overlap, as data: one table per replication library and kind.

Source: CONTRACT A1 with the noted cells as A5 decides them. The host engine reads these
tables; nothing here runs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """The three kinds of machine."""

    REGULAR = "regular"
    CONCURRENT = "concurrent"
    ON_DISK = "on-disk"


_CALLS_OF = {
    "lookups": ("lookup",),
    "snapshots": ("prepare", "save", "recover"),
    "hash": ("hash",),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """How one replication library calls a machine of one kind.

    Attributes:
        methods: What the machine must have, in the order a missing one is reported.
        beside: Unordered pairs of operations that may be in flight together; every pair
            that is not listed is kept apart.
        batches: Whether ``update`` takes a list of entries.
        equal_images: Whether image bytes must be equal between replicas.
        error_clause: Clause that an exception out of ``update`` breaks.
    """

    methods: tuple[str, ...]
    beside: frozenset[frozenset[str]]
    batches: bool
    equal_images: bool = False
    error_clause: str = "UPD-8"

    def may_overlap(self, one: str, other: str) -> bool:
        """Return whether two operations, by lower-case name, may be in flight together."""
        return frozenset((one, other)) in self.beside

    def with_concurrent_hash(self) -> Profile:
        """Return the profile of a host that asks for the hash beside updates too."""
        return replace(self, beside=self.beside | _pairs("hash: update"))

    def has_overlaps(self, without: Collection[str]) -> bool:
        """Return whether any two calls may be in flight together without these capabilities."""
        gone = {name for what in without for name in _CALLS_OF.get(what, ())}
        return any(gone.isdisjoint(pair) for pair in self.beside)


def _pairs(*rows: str) -> frozenset[frozenset[str]]:
    """Read rows of the form ``"lookup: update save"``."""
    found = set()
    for row in rows:
        left, _, rights = row.partition(":")
        found |= {frozenset((left, right)) for right in rights.split()}
    return frozenset(found)


_REGULAR = Profile(
    methods=("update", "lookup", "save_snapshot", "recover_from_snapshot", "close"),
    beside=_pairs("lookup: lookup save close hash", "hash: save hash"),
    batches=False,
)
_CONCURRENT = Profile(
    methods=(
        *("update", "lookup", "prepare_snapshot", "save_snapshot"),
        *("recover_from_snapshot", "close"),
    ),
    beside=_pairs(
        "lookup: lookup update prepare save recover close hash",
        "save: update hash",
        "hash: prepare hash",
    ),
    batches=True,
)
_ON_DISK = Profile(
    methods=(
        *("open", "update", "lookup", "sync", "prepare_snapshot", "save_snapshot"),
        *("recover_from_snapshot", "close"),
    ),
    beside=_pairs(
        "lookup: lookup update sync prepare save recover close hash",
        "save: update sync hash",
        "hash: prepare hash",
    ),
    batches=True,
    equal_images=True,
)
_PYSYNCOBJ = Profile(
    methods=("update", "lookup", "save_snapshot", "recover_from_snapshot", "close"),
    beside=_pairs("lookup: lookup update save recover close hash", "hash: hash"),
    batches=False,
)

PROFILES: dict[str, dict[Kind, Profile]] = {
    "dragonboat": {
        Kind.REGULAR: _REGULAR, Kind.CONCURRENT: _CONCURRENT, Kind.ON_DISK: _ON_DISK,
    },
    "pysyncobj": {Kind.REGULAR: _PYSYNCOBJ},
}  # fmt: skip
"""Profiles by name of the library, then by kind of machine."""


def kind_of(machine: object) -> Kind:
    """Return the kind that the methods of a machine, or of its class, speak for."""
    if hasattr(machine, "open") and hasattr(machine, "sync"):
        return Kind.ON_DISK
    return Kind.CONCURRENT if hasattr(machine, "prepare_snapshot") else Kind.REGULAR
