"""Name the lines of an update that raises and leaves half of its change."""

from __future__ import annotations

from dataclasses import replace

from smcheck.contract.types import Entry
from smcheck.engine.caught import Caught
from smcheck.engine.watch import LineWatch, digest
from smcheck.engine.world import World
from smcheck.finding import Location
from smcheck.host.conduct import Run
from smcheck.host.life import raised
from smcheck.host.replica import Replica


def half_changed(world: World, caught: Caught, run: Run | None) -> tuple[Location, ...]:
    """Return the first line that changes the machine in the update that raises, and that one."""

    def body() -> tuple[Location, ...]:
        replica = Replica(world.subject, folders=world.folders)
        for command in caught.plan.log:
            before = digest(replica.machine)
            watch = LineWatch(world.traced, lambda was=before: digest(replica.machine) != was)  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
            try:
                with watch.watching():
                    replica.update([Entry(command.index, command.cmd)])
            except Exception as error:
                frames = raised(error).frames
                own = [place for place in frames if world.traced.is_machine_file(place.file)]
                raises = tuple(replace(place, role="raises") for place in own[-1:])
                return (watch.found, *raises) if watch.found else ()
        return ()

    return world.alone(body)
