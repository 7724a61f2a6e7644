"""The first call of an on-disk machine: an empty folder opens at 0, told to stop or not.

Asked before anything else: a machine that cannot open has no life that could be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.contract.profiles import Kind
from smcheck.contract.types import OpenStopped, StopSignal
from smcheck.engine.twins.ask import innermost
from smcheck.engine.world import World
from smcheck.finding import Breach
from smcheck.history import Outcome
from smcheck.host.life import answered
from smcheck.host.replica import Replica
from smcheck.host.streams import Stopped, StoppedNow

CHECK = "open"


@dataclass(slots=True)
class Opening:
    """One call of ``open``.

    Attributes:
        gave_up: It raised what a stopped open may raise.
    """

    replica: Replica
    stopped: StopSignal
    gave_up: bool = False

    def open(self) -> object:
        """Make the call."""
        try:
            return self.replica.open(self.stopped)
        except OpenStopped:
            self.gave_up = True
            raise


def check_open(world: World) -> list[Breach]:
    """Open a new machine, and another one while the host is closing."""
    if world.kind is not Kind.ON_DISK:
        return []
    world.tally.saw("DSK-1", "DSK-2", "DSK-10")
    plain, _ = world.alone(lambda: _opened(world, Stopped()))
    if plain.raised:
        return [_breach("DSK-1", "open raises on an empty folder", "0", plain)]
    if plain.value.text != "0":
        is_index = plain.value.text.isdigit()
        title = "a new replica opens behind entries it never got" if is_index else (
            "open gives no index"
        )  # fmt: skip
        return [_breach("DSK-2" if is_index else "DSK-1", title, "0", plain)]
    stopped, gave_up = world.alone(lambda: _opened(world, StoppedNow()))
    if stopped.raised and not gave_up:
        title = "open raises something else than OpenStopped when it is told to stop"
        return [_breach("DSK-10", title, "OpenStopped, or 0", stopped)]
    if not stopped.raised and stopped.value.text != "0":
        title = "open gives no index when it is told to stop"
        return [_breach("DSK-10", title, "OpenStopped, or 0", stopped)]
    return []


def _opened(world: World, stopped: StopSignal) -> tuple[Outcome, bool]:
    """Return how ``open`` came out, and whether it gave up as a stopped one may."""
    opening = Opening(Replica(world.subject, folders=world.folders, opens=False), stopped)
    return answered(opening.open), opening.gave_up


def _breach(clause: str, title: str, expected: str, got: Outcome) -> Breach:
    return Breach(
        clause, CHECK, title,
        f"open on an empty folder: expected {expected}, got {got.value.text}",
        method="open", error=got.error, locations=innermost(got) if got.raised else (),
    )  # fmt: skip
