"""Where in the machine's code a schedule switches tasks, in words that outlive an edit.

A deviation counts points, and how many there are depends on the Python and on what else is
written in the functions that run. An anchor names the line instead, by its text. Nothing here
judges what an execution showed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from smcheck.engine.caught import Caught
from smcheck.engine.execute import recorded
from smcheck.engine.locate import source_of
from smcheck.engine.world import World
from smcheck.plan import Plan
from smcheck.runtime.execution import Execution
from smcheck.runtime.places import location_of
from smcheck.schedule import Deviation, Schedule

_WIDTHS = {1: 60, 2: 9, 3: 5}
"""Points that are tried for each deviation, by how many there are."""
_WIDTH_OF_MANY = 2
_LIMIT_TRIES = 160
_LIMIT_DEVIATIONS = 7


class Anchor(NamedTuple):
    """The line that a task had come to.

    Attributes:
        function: Qualified name of the machine's innermost function; empty before any.
        text: The line, without its indentation.
        visit: The how many-th time that the task came to that line, from 1.
        step: Points that the task has passed since it came there, the first one being 0.
    """

    function: str
    text: str
    visit: int
    step: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of one task on one line: its first point, and the first one after it."""

    function: str
    text: str
    first: int
    stop: int


def anchors_of(world: World, caught: Caught) -> tuple[Anchor | None, ...]:
    """Return the anchor of each deviation of a case, running it once more to see the lines."""
    tally = world.tally
    counts = tally.schedules, tally.operations
    execution = _recorded(world, caught.plan, caught.schedule)
    tally.schedules, tally.operations = counts  # it tells nothing that was not known before
    if execution is None:
        return (None,) * len(caught.schedule)
    return tuple(_anchor(visits(execution, d.task), d.point) for d in caught.schedule)


def reanchored(
    world: World, plan: Plan, schedule: Schedule, anchors: Sequence[Anchor | None]
) -> Iterator[Schedule]:
    """Yield the schedules whose deviations lie where the anchors say, the likeliest first.

    A deviation whose line is not to be found ends it, and so do very many of them: what is left
    to do then is a search.
    """
    width = _WIDTHS.get(len(schedule), _WIDTH_OF_MANY)
    if 0 < len(schedule) <= _LIMIT_DEVIATIONS and all(anchors):
        yield from islice(_extended(world, plan, (), [*zip(schedule, anchors, strict=True)],
                                    width=width), _LIMIT_TRIES)  # fmt: skip


def visits(execution: Execution, task: int) -> list[Visit]:
    """Return the lines of the machine that a task came to, in order."""
    firsts: list[tuple[int, str, str]] = []
    before: object = None
    for number, point, place in execution.raw_steps:
        at = location_of(place) if number == task else None
        if at is not None and (at.file, at.line, at.function) != before:
            before = (at.file, at.line, at.function)
            firsts.append((point, at.function, source_of(at)))
    last = execution.points[task] + 1 if task < len(execution.points) else 0
    stops = [*(first for first, _, _ in firsts[1:]), max(last, firsts[-1][0] + 1 if firsts else 0)]
    return [
        Visit(function, text, first, stop)
        for (first, function, text), stop in zip(firsts, stops, strict=False)
    ]


def _extended(
    world: World, plan: Plan, made: Schedule,
    wanted: list[tuple[Deviation, Anchor | None]], *, width: int,
) -> Iterator[Schedule]:  # fmt: skip
    """Yield what ``made`` can be made to with the deviations that are still wanted."""
    (deviation, anchor), *rest = wanted
    execution = _recorded(world, plan, made)
    if execution is None or anchor is None:
        return
    after = max((d.point for d in made if d.task == deviation.task), default=0)
    points = _points(visits(execution, deviation.task), anchor)
    for point in islice((p for p in points if p > after), width):
        schedule = (*made, deviation._replace(point=point))
        if rest:
            yield from _extended(world, plan, schedule, rest, width=width)
        else:
            yield schedule


def _recorded(world: World, plan: Plan, schedule: Schedule) -> Execution | None:
    run = recorded(world, plan, schedule)
    return run.execution if run is not None else None


def _anchor(found: list[Visit], point: int) -> Anchor:
    at = max((n for n, visit in enumerate(found) if visit.first <= point), default=-1)
    if at < 0:
        return Anchor("", "", 1, point)
    here = found[at]
    function, text = here.function, _squeezed(here.text)
    before = (v for v in found[: at + 1] if v.function == function)
    visit = sum(_squeezed(v.text) == text for v in before)
    return Anchor(here.function, here.text, visit, point - here.first)


def _points(found: list[Visit], anchor: Anchor) -> list[int]:
    """Return the points that an anchor may mean, the likeliest first."""
    if not anchor.function:
        stop = found[0].first if found else anchor.step + 1
        return sorted(range(1, stop + 1), key=lambda point: abs(point - anchor.step))
    text = _squeezed(anchor.text)
    lines = [v for v in found if _squeezed(v.text) == text]
    # A function that is called otherwise now has its lines all the same.
    same = [v for v in lines if v.function == anchor.function] or lines
    ranked = [
        (abs(number - anchor.visit), abs(point - visit.first - anchor.step), point)
        for number, visit in enumerate(same, 1)
        for point in range(visit.first, visit.stop)
    ]
    return [point for _, _, point in sorted(ranked)]


def _squeezed(text: str) -> str:
    return "".join(text.split())
