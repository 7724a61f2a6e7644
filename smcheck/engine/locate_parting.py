"""Name the line of update at which an interleaving made it go another way."""

from __future__ import annotations

from smcheck.engine.caught import Caught
from smcheck.engine.execute import conduct
from smcheck.engine.world import World
from smcheck.finding import Location
from smcheck.host.conduct import Run
from smcheck.plan import UPDATES
from smcheck.schedulers.replay import ReplayScheduler

PARTING = frozenset({"UPD-1", "UPD-2", "HSH-1", "LKP-1", "SAV-3"})
"""Clauses that are about updates which come to something else beside other threads."""


def where_updates_part(world: World, caught: Caught, run: Run | None) -> tuple[Location, ...]:
    """Return the last line that the updates have in common with an execution without switches.

    Where they run the same lines in both, it is the line at which they were interrupted first.
    """
    if run is None or run.execution is None:
        return ()
    plain = conduct(world, caught.plan, ReplayScheduler(()), record=True)
    mine, other = _lines(run), _lines(plain)
    for number, (line, straight) in enumerate(zip(mine, other, strict=False)):
        if line != straight:
            return tuple(mine[number - 1 : number])
    switches = run.execution.switches
    left = (s for s in switches if s.task == UPDATES and s.reason in ("chosen", "blocked"))
    return tuple(s.location for s in left if s.location is not None)[:1]


def _lines(run: Run | None) -> list[Location]:
    """Return the lines that the updates ran; repeats are left out."""
    if run is None or run.execution is None:
        return []
    steps = [Location(*step[1:]) for step in run.execution.steps if step[0] == UPDATES]
    return [one for one, before in zip(steps, [None, *steps], strict=False) if one != before]
