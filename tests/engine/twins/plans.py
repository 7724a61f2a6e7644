"""What the tests of the twins share: a plan of one log, and one check made on it."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck import Subject
from smcheck.engine.reference import Reference
from smcheck.engine.twins import SEQUENTIAL, Ask
from smcheck.engine.world import Tally, World
from smcheck.finding import Breach
from smcheck.plan import Command, Lookup, Plan, Update


def plan_of(commands: Sequence[bytes], *queries: object) -> Plan:
    """Return a plan that applies ``commands`` one at a time and asks each query once."""
    return Plan(
        log=tuple(Command(2 * number, cmd) for number, cmd in enumerate(commands, 1)),
        queries=queries,
        tasks=(
            tuple(Update(i, i + 1) for i in range(len(commands))),
            (),
            (),
            tuple(Lookup(i) for i in range(len(queries))),
        ),
    )


def made(name: str, subject: Subject, plan: Plan) -> tuple[list[Breach], Tally]:
    """Make one check and return what it found and what it counted."""
    with World(subject) as world:
        world.try_out()
        found = SEQUENTIAL[name](Ask(world, plan, Reference(world, plan)))
        return found, world.tally
