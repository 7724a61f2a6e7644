"""A broken and a mended example of every clause, by its id.

Code to be read, never run. It is filed like the clauses, and ``Clause.example`` gives it.
"""

from __future__ import annotations

from smcheck.contract._example import HELPERS as HELPERS
from smcheck.contract._example import Example as Example
from smcheck.contract.examples import (
    batches,
    durability,
    overlaps,
    reads,
    recovery,
    snapshots,
    updates,
)

EXAMPLES: dict[str, Example] = {
    clause_id: one
    for shelf in (updates, batches, reads, snapshots, recovery, durability, overlaps)
    for clause_id, one in shelf.EXAMPLES.items()
}
"""Example by the id of its clause."""
