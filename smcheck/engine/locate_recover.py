"""Name the line of recover, save or prepare that leaves a part of the state out."""

from __future__ import annotations

import inspect

from smcheck.contract.types import Entry, SnapshotAborted
from smcheck.engine.caught import Caught
from smcheck.engine.world import World
from smcheck.finding import Location
from smcheck.host.adapted import own_method, own_object
from smcheck.host.conduct import Run
from smcheck.host.replica import Replica
from smcheck.values import attributes_of, freeze


def missing_part(world: World, caught: Caught, run: Run | None) -> tuple[Location, ...]:
    """Find which attribute recover leaves wrong, and the line of recover that names it."""

    def body() -> set[str]:
        # What is missing may be gone again at the end of the log: newer images come first.
        versions = range(len(caught.plan.log), -1, -1)
        return next((names for v in versions if (names := _parts_after(world, caught, v))), set())

    names = world.alone(body)
    recovers = _line_naming(world, "recover_from_snapshot", "")
    if recovers is None:
        return ()  # it puts nothing back at all: to blame is its first line
    for method in ("recover_from_snapshot", "save_snapshot", "prepare_snapshot"):
        for name in sorted(names):
            line = _line_naming(world, method, name)
            if line is not None:
                return (line,)
    return ()


def _parts_after(world: World, caught: Caught, version: int) -> set[str]:
    """Return the attributes that a recover of the image of ``version`` leaves otherwise."""
    original = Replica(world.subject, folders=world.folders)
    for command in caught.plan.log[:version]:
        original.update([Entry(command.index, command.cmd)])
    try:
        image = original.save(original.prepare())
    except SnapshotAborted:
        return set()
    if caught.breach.clause == "REC-1":
        copy = Replica(world.subject, folders=world.folders)
        for command in caught.plan.log[:1]:
            copy.update([Entry(command.index, command.cmd)])
        copy.recover(image)
    else:
        copy = Replica.recovered(world.subject, image, folders=world.folders)
    left = attributes_of(own_object(original.machine))
    right = attributes_of(own_object(copy.machine))
    return {
        name
        for name in {*left, *right}
        if freeze(left.get(name)).text != freeze(right.get(name)).text
    }


def _line_naming(world: World, method: str, attribute: str) -> Location | None:
    name = own_method(world.machine_class, method)
    function = inspect.unwrap(getattr(world.own_class, name, lambda: None))
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    try:
        lines, start = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return None
    for offset, text in enumerate(lines):
        if f".{attribute}" in text:
            return Location(code.co_filename, start + offset, code.co_qualname)
    return None
