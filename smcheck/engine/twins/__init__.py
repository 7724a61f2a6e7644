"""Twins of a machine live through the same log; each check varies one thing alone.

Every check is a function from an ``Ask`` to breaches. ``SEQUENTIAL`` has them in the order in
which what they find is blamed.
"""

from __future__ import annotations

from collections.abc import Callable

from smcheck.engine.twins.abandons import check_abandons
from smcheck.engine.twins.alone import check_alone
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.crashes import check_crashes
from smcheck.engine.twins.damage import check_damage
from smcheck.engine.twins.hashes import check_hash
from smcheck.engine.twins.images import check_images
from smcheck.engine.twins.leaks import check_leaks
from smcheck.engine.twins.lookups import check_close, check_lookups, check_queries
from smcheck.engine.twins.many import check_many
from smcheck.engine.twins.model import check_model
from smcheck.engine.twins.moved_files import check_moved_files
from smcheck.engine.twins.opening import check_open
from smcheck.engine.twins.prepares import check_prepares
from smcheck.engine.twins.processes import check_earlier, check_processes
from smcheck.engine.twins.snapshots import check_recover, check_restart, check_saves
from smcheck.engine.twins.stopped_opens import check_stopped_opens
from smcheck.engine.twins.stopped_recovers import check_stopped_recovers
from smcheck.engine.twins.stopped_saves import check_stopped_saves
from smcheck.engine.twins.surroundings import (
    check_again,
    check_ids,
    check_neighbour,
    check_surroundings,
)
from smcheck.engine.twins.unclosed import check_unclosed
from smcheck.engine.twins.unusual import check_unusual
from smcheck.engine.twins.updates import check_cuts, check_reuse
from smcheck.engine.twins.writers import check_writers
from smcheck.engine.world import World
from smcheck.finding import Breach

Check = Callable[[Ask], list[Breach]]

FIRST: dict[str, Callable[[World], list[Breach]]] = {
    "open": check_open,
    "unclosed": check_unclosed,
}
"""Checks that come before any life that could be compared; what they find ends a plan."""

SEQUENTIAL: dict[str, Check] = {
    "alone": check_alone,
    "unusual": check_unusual,
    "again": check_again,
    "ids": check_ids,
    "surroundings": check_surroundings,
    "neighbour": check_neighbour,
    "hash": check_hash,
    "lookups": check_lookups,
    "queries": check_queries,
    "processes": check_processes,
    "earlier": check_earlier,
    "model": check_model,
    "cuts": check_cuts,
    "many": check_many,
    "reuse": check_reuse,
    "saves": check_saves,
    "abandons": check_abandons,
    "prepares": check_prepares,
    "restart": check_restart,
    "recover": check_recover,
    "images": check_images,
    "writers": check_writers,
    "leaks": check_leaks,
    "stopped-saves": check_stopped_saves,
    "damage": check_damage,
    "stopped-recovers": check_stopped_recovers,
    "moved-files": check_moved_files,
    "close": check_close,
    "stopped-opens": check_stopped_opens,
    "crashes": check_crashes,
}
"""Checks by name, in the order in which their findings are blamed."""

EVERY: dict[str, int] = {
    "abandons": 4, "prepares": 8, "images": 8, "writers": 8, "leaks": 8, "stopped-saves": 8,
    "damage": 8, "stopped-recovers": 8, "moved-files": 8, "stopped-opens": 8,
    "queries": 4, "unusual": 10,
}  # fmt: skip
"""Of checks that cost much and find little on any one plan: made on the first ten plans, then on
one plan in so many."""

RARE: dict[str, int] = {"many": 40, "earlier": 4}
"""Of checks that any plan serves as well: made on the third plan, then on one in so many."""

IN_WORKERS = frozenset({"processes", "earlier", "images"})
"""Checks that compare lives in other processes."""

OF_LONG = frozenset(
    {
        "alone", "again", "ids", "surroundings", "neighbour", "lookups", "processes", "model",
        "cuts", "reuse", "saves", "restart", "recover", "close",
    }
)  # fmt: skip
"""Checks that are made on a long log: those of its state and results. Any short plan serves the
others as well."""

_ALWAYS = 10
_THIRD = 2


def is_due(name: str, number: int) -> bool:
    """Return whether the check ``name`` is made on the plan with this number, from 0."""
    if name in RARE:
        return number % RARE[name] == _THIRD
    return number < _ALWAYS or number % EVERY.get(name, 1) == 0


__all__ = [
    "EVERY",
    "FIRST",
    "IN_WORKERS",
    "OF_LONG",
    "RARE",
    "SEQUENTIAL",
    "Ask",
    "Check",
    "is_due",
]
