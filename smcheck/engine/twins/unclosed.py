"""A second instance while nobody has closed the first: close may come late, or never.

Asked before anything else: where it cannot be made, nothing more can be learned of the machine.
"""

from __future__ import annotations

from smcheck.engine.twins.ask import innermost
from smcheck.engine.world import World
from smcheck.finding import Breach
from smcheck.history import Outcome
from smcheck.host.life import answered, raised
from smcheck.host.replica import Identity, NotMade, Replica

CHECK = "unclosed"
_OTHER = Identity(replica_id=2)
"""Not the replica of all other instances, which nobody closes."""


def check_unclosed(world: World) -> list[Breach]:
    """Make one replica twice, each time in an empty folder."""
    if not world.profile.closes:
        return []
    world.tally.saw("CLO-2")
    refused = world.alone(lambda: _second(world, closes=False))
    if refused is None:
        return []
    if world.alone(lambda: _second(world, closes=True)) is None:
        clause, title = "CLO-2", "a replica cannot be made again before it was closed"
        why = "close may come late, or never"
    else:
        clause, title = "NEW-2", "a replica cannot be made again in the same process"
        why = "one that was stopped may be started again"
    return [Breach(
        clause, CHECK, title, f"expected a second machine, got {refused.value.text}: {why}",
        method="__init__", error=refused.error, locations=innermost(refused),
    )]  # fmt: skip


def _second(world: World, *, closes: bool) -> Outcome | None:
    """Return what the factory raises when it is called again, ``None`` if it does not.

    Where it raises, or where instances are closed at all, each is: it can be shown again.
    """
    latest: Replica | None = None
    try:
        latest = _make(world)
        if closes:
            answered(latest.close)
        latest = _make(world)
    except NotMade as error:
        refused: Outcome | None = raised(error.cause)
    else:
        refused = None
    if latest is not None and closes is (refused is None):
        answered(latest.close)
    return refused


def _make(world: World) -> Replica:
    return Replica(world.subject, folders=world.folders, identity=_OTHER, opens=False)
