"""Say what waits for what when nothing can run: who waits, who holds, and whether in a circle."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from smcheck.finding import Location
from smcheck.runtime.execution import Stuck, Waiting
from smcheck.runtime.frames import Frames
from smcheck.runtime.places import location_of
from smcheck.runtime.tasks import Place, Task
from smcheck.schedule import START

Holders = Callable[[], tuple[int, ...]]


def find_stuck(
    tasks: Mapping[int, Task], frames: Frames, *, gates: Mapping[Task, Holders]
) -> Stuck:
    """Return what the tasks that have not ended wait for.

    Args:
        tasks: All tasks by number; those of the background count only if waited for.
        frames: Finds the machine's.
        gates: The tasks that each task at a gate waits for.
    """
    edges = {number: _waits_for(task, tasks, gates) for number, task in tasks.items()}
    concerned = _reachable([n for n, t in tasks.items() if not t.background and t.wait], edges)
    stacks = sys._current_frames()
    waiting = tuple(
        _waiting(tasks[n], tasks, frames.place(stacks.get(tasks[n].worker.ident)), edges[n])
        for n in sorted(concerned)
        if tasks[n].wait is not None
    )
    return Stuck(waiting, _cycle(sorted(concerned), edges) or _orphan(concerned, tasks))


def _waits_for(
    task: Task, tasks: Mapping[int, Task], gates: Mapping[Task, Holders]
) -> tuple[int, ...]:
    wait = task.wait
    if wait is None or task.ended:
        return ()
    if wait.kind == "gate" and task in gates:
        return tuple(n for n in gates[task]() if n in tasks and not tasks[n].ended)
    holder = wait.holder()
    if holder is None or holder.ended or tasks.get(holder.number) is not holder:
        return ()
    return (holder.number,)


def _reachable(numbers: list[int], edges: Mapping[int, tuple[int, ...]]) -> set[int]:
    found: set[int] = set()
    while numbers:
        number = numbers.pop()
        if number not in found:
            found.add(number)
            numbers += edges[number]
    return found


def _cycle(numbers: list[int], edges: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the tasks of a circle, in the order in which each waits for the next."""
    for start in numbers:
        paths: list[tuple[int, ...]] = [(start,)]
        seen: set[int] = set()
        while paths:
            path = paths.pop()
            for following in edges[path[-1]]:
                if following == start:
                    return path
                if following not in seen:
                    seen.add(following)
                    paths.append((*path, following))
    return ()


def _orphan(concerned: set[int], tasks: Mapping[int, Task]) -> tuple[int, ...]:
    """Return a task that waits for a lock which nobody is left to release."""
    for number in sorted(concerned):
        wait = tasks[number].wait
        if wait is not None and wait.kind == "lock":
            holder = wait.holder()
            if holder is not None and (holder.ended or tasks.get(holder.number) is not holder):
                return (number,)
    return ()


def _waiting(
    task: Task, tasks: Mapping[int, Task], place: Place | None, holders: tuple[int, ...]
) -> Waiting:
    wait = task.wait
    assert wait is not None
    holder = wait.holder()
    number = holders[0] if holders else None
    if number is None and holder is not None and tasks.get(holder.number) is holder:
        number = holder.number
    elif number is None and holder is not None and holder.number == START:
        number = START
    taken_at: Location | None = wait.taken_at()
    return Waiting(
        task.number, wait.kind, wait.what, location_of(place), holder=number, taken_at=taken_at
    )
