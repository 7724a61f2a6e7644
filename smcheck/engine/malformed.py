"""Tell a machine that refuses one command by an exception from one that knows no malformed ones."""

from __future__ import annotations

from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.plan import Command, Plan, Update

_MALFORMED = (b"?", b"\x80")


def as_malformed(
    world: World, plan: Plan, reference: Reference, position: int
) -> tuple[Plan, Reference]:
    """Put a malformed command in place of one that raises, if that raises alike (UPD-10).

    Where any bytes are legal, an empty command or one of the subject's own strategy may be only
    the first that showed what every malformed one shows.
    """
    command = plan.log[position]
    if not world.subject.any_bytes or (command.added and command.cmd):
        return plan, reference
    for cmd in _MALFORMED:
        other = plan.with_entry(position, Command(command.index, cmd, added=True))
        lived = Reference(world, other)
        if _raised(lived, position) == _raised(reference, position):
            return other, lived
    return plan, reference


def _raised(reference: Reference, position: int) -> tuple[str, str] | None:
    """Return which exception came out of which function on the entry at ``position``."""
    moment = reference.life.raised
    if moment is None or moment.outcome is None:
        return None
    if not isinstance(moment.step, Update) or moment.step.start != position:
        return None
    frames = moment.outcome.frames
    return moment.outcome.error, frames[-1].function if frames else ""
