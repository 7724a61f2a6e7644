"""The contract as data: every clause by its id, in the order of the document.

Findings, reports, ``smcheck clauses`` and the docs all read this one table.
"""

from __future__ import annotations

from smcheck.contract import (
    _batches,
    _durability,
    _overlaps,
    _reads,
    _recovery,
    _snapshots,
    _updates,
)
from smcheck.contract._clause import Clause as Clause

CLAUSES: dict[str, Clause] = {
    one.id: one
    for shelf in (_updates, _batches, _reads, _snapshots, _recovery, _durability, _overlaps)
    for one in shelf.CLAUSES
}
"""Clause by id."""
