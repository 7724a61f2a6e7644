"""Three ways to have a caught case show its breach again, the exact one first.

Each yields cases whose breach has the key of the one that was caught; whether it is the same
defect is for whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from smcheck.engine.anchors import Anchor, reanchored
from smcheck.engine.caught import Caught
from smcheck.engine.explore import Target, explore
from smcheck.engine.minimise import minimise
from smcheck.engine.reference import Reference
from smcheck.engine.suite import show_again
from smcheck.engine.world import NotControlled, StuckLife, World

_ROUNDS = 3
_EXECUTIONS = 100
"""Of each round; a round ends with the first violation."""


def exactly(world: World, caught: Caught, *, tries: int) -> Iterator[Caught]:
    """Yield the case as it is, if one of so many tries shows it."""
    for _ in range(tries):
        again = show_again(world, caught)
        if again is not None:
            yield again
            return


def laid_anew(world: World, caught: Caught, anchors: Sequence[Anchor | None]) -> Iterator[Caught]:
    """Yield the case under schedules that switch at the same lines."""
    for schedule in reanchored(world, caught.plan, caught.schedule, anchors):
        again = show_again(world, replace(caught, schedule=schedule))
        if again is not None:
            yield again


def found_by_search(world: World, caught: Caught, *, seed: int) -> Iterator[Caught]:
    """Yield the plan under schedules of a seeded search, each made small."""
    try:
        reference = Reference.of(world, caught.plan)
        if not reference.is_whole():
            return
    except (StuckLife, NotControlled):
        return
    target = Target((), only=caught.breach.key)
    for number in range(_ROUNDS):
        found = explore(
            world, caught.plan, reference, target=target,
            schedules=_EXECUTIONS, seed=seed + number,
        )  # fmt: skip
        for again in found:
            yield minimise(world, again, limit_tries=0)
