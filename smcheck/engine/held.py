"""Find the line after which a machine holds, or has changed, what belongs to somebody else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

from smcheck.checkers.results import Kept
from smcheck.contract.types import Entry
from smcheck.engine.caught import Caught
from smcheck.engine.watch import LineWatch
from smcheck.engine.world import World
from smcheck.finding import Location
from smcheck.host.conduct import Run
from smcheck.host.queries import containers_in, own_copy
from smcheck.host.replica import Replica
from smcheck.plan import Update
from smcheck.runtime.graph import path_to
from smcheck.values import attributes_of

Lines = tuple[Location, ...]


def line_that_retains(world: World, caught: Caught, run: Run | None) -> Lines:
    """Find the line of update after which an entry can be reached from the machine."""

    def body() -> Lines:
        replica = Replica(world.subject, folders=world.folders)
        for batch in caught.plan.tasks[0]:
            if not isinstance(batch, Update):
                continue
            commands = caught.plan.log[batch.start : batch.stop]
            entries = [Entry(c.index, c.cmd) for c in commands]
            if world.subject.buffers:
                for entry in entries:
                    entry.cmd = memoryview(bytearray(entry.cmd))  # type: ignore[assignment]  # buffers=True
            watched: list[object] = [*entries, entries]
            watched += [entry.cmd for entry in entries if world.subject.buffers]
            watch = LineWatch(world.traced, partial(_holds, replica.machine, watched))
            with watch.watching():
                replica.update(entries)
            if watch.found is not None:
                return (watch.found,)
        return ()

    return world.alone(body)


def _holds(machine: object, watched: list[object]) -> bool:
    if path_to(machine, watched) is not None:
        return True
    buffers = [view.obj for view in watched if isinstance(view, memoryview)]
    return bool(buffers) and _holds_view(attributes_of(machine).values(), buffers)


def _holds_view(values: Iterable[object], buffers: Sequence[object], depth: int = 4) -> bool:
    """Return whether a slice of one of ``buffers`` is among values or in their containers."""
    for value in values:
        if isinstance(value, memoryview) and any(value.obj is buffer for buffer in buffers):
            return True
        inner = tuple(value.values()) if isinstance(value, dict) else value
        if not depth or not isinstance(inner, (list, tuple, set, frozenset, deque)):
            continue
        if _holds_view(inner, buffers, depth - 1):
            return True
    return False


def line_that_keeps_query(world: World, caught: Caught, run: Run | None) -> Lines:
    """Find the line of lookup after which the query can be reached from the machine."""

    def body() -> Lines:
        replica = Replica(world.subject, folders=world.folders)
        for version in range(len(caught.plan.log) + 1):
            if version:
                command = caught.plan.log[version - 1]
                replica.update([Entry(command.index, command.cmd)])
            for query in (*caught.plan.queries, *world.subject.probes):
                own = own_copy(query)
                watched: list[object] = list(containers_in(own))
                found = _first_line(
                    world, partial(replica.lookup, own), partial(_holds, replica.machine, watched)
                )
                if found:
                    return found
        return ()

    return world.alone(body)


def line_that_changes_result(world: World, caught: Caught, run: Run | None) -> Lines:
    """Find the line of update after which an earlier result is another."""

    def body() -> Lines:
        replica = Replica(world.subject, folders=world.folders)
        kept: list[Kept] = []
        replica.kept = kept
        for batch in caught.plan.tasks[0]:
            if not isinstance(batch, Update):
                continue
            commands = caught.plan.log[batch.start : batch.stop]
            found = _first_line(
                world,
                partial(replica.update, [Entry(c.index, c.cmd) for c in commands]),
                partial(_has_any_changed, tuple(kept)),
            )
            if found:
                return found
        return ()

    return world.alone(body)


def _first_line(world: World, call: Callable[[], object], became: Callable[[], bool]) -> Lines:
    """Return the line of the machine in ``call`` after which ``became()`` is true."""
    watch = LineWatch(world.traced, became)
    # A lookup may raise; what it did before counts.
    with watch.watching(), suppress(Exception):
        call()
    return (watch.found,) if watch.found else ()


def _has_any_changed(kept: Sequence[Kept]) -> bool:
    return any(one.has_changed() for one in kept)
