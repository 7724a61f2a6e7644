"""Twins of a machine live through the same log; each check varies one thing alone.

Every check is a function from an ``Ask`` to breaches. ``SEQUENTIAL`` has them in the order in
which what they find is blamed.
"""

from __future__ import annotations

from collections.abc import Callable

from smcheck.engine.twins.alone import check_alone, check_model
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.crashes import check_crashes
from smcheck.engine.twins.hashes import check_hash
from smcheck.engine.twins.lookups import check_close, check_lookups, check_queries
from smcheck.engine.twins.processes import check_processes
from smcheck.engine.twins.snapshots import check_recover, check_restart, check_saves
from smcheck.engine.twins.surroundings import (
    check_again,
    check_ids,
    check_neighbour,
    check_surroundings,
)
from smcheck.engine.twins.updates import check_cuts, check_reuse
from smcheck.finding import Breach

Check = Callable[[Ask], list[Breach]]

SEQUENTIAL: dict[str, Check] = {
    "alone": check_alone,
    "again": check_again,
    "ids": check_ids,
    "surroundings": check_surroundings,
    "neighbour": check_neighbour,
    "hash": check_hash,
    "lookups": check_lookups,
    "queries": check_queries,
    "processes": check_processes,
    "model": check_model,
    "cuts": check_cuts,
    "reuse": check_reuse,
    "saves": check_saves,
    "restart": check_restart,
    "recover": check_recover,
    "close": check_close,
    "crashes": check_crashes,
}
"""Checks by name, in the order in which their findings are blamed."""

EVERY: dict[str, int] = {"queries": 4}
"""Of checks that cost much and find little on any one plan: made on the first ten plans, then on
one plan in so many."""

_ALWAYS = 10


def is_due(name: str, number: int) -> bool:
    """Return whether the check ``name`` is made on the plan with this number, from 0."""
    return number < _ALWAYS or number % EVERY.get(name, 1) == 0


__all__ = ["EVERY", "SEQUENTIAL", "Ask", "Check", "is_due"]
