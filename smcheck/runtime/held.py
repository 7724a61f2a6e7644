"""Which modelled locks of a machine the calling task holds, and where it took them."""

from __future__ import annotations

from smcheck.finding import Location
from smcheck.runtime.graph import path_to, reachable
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.tasks import current_task

_LIMIT = 10_000


def held_locks(machine: object) -> dict[str, Location | None]:
    """Return the paths of the locks that the caller holds, each with the line that took it.

    What a thread of the machine's own holds it may still give back. A very large machine is not
    looked through.
    """
    everything = (reachable(machine, limit=_LIMIT) or {}).values()
    locks = [one for one in everything if isinstance(one, (Lock, RLock))]
    held = [one for one in locks if one._is_held() and one._holding_task() is current_task()]
    return {path_to(machine, [lock]) or "a lock": lock._taken_at() for lock in held}
