"""Which modelled locks of a machine are held, and where they were taken."""

from __future__ import annotations

from smcheck.finding import Location
from smcheck.runtime.graph import path_to, reachable
from smcheck.runtime.locks import Lock, RLock


def held_locks(machine: object) -> dict[str, Location | None]:
    """Return the paths of the locks that are held, each with the line that took it."""
    locks = [one for one in reachable(machine).values() if isinstance(one, (Lock, RLock))]
    held = [lock for lock in locks if lock._is_held()]
    return {path_to(machine, [lock]) or "a lock": lock._taken_at() for lock in held}
