"""Put what an exploration came to into words: at most 100 columns of plain text."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from pathlib import Path

from smcheck.engine.program import Program
from smcheck.engine.search import Found, Tally, switches
from smcheck.engine.stretches import walk
from smcheck.exploration import Covered
from smcheck.finding import Location, Verdict
from smcheck.report.lanes import lanes
from smcheck.report.plain import counted
from smcheck.runtime.execution import Execution, Stuck, Waiting
from smcheck.scenario import Scenario
from smcheck.schedule import START, Schedule

_LIMIT_ROWS = 60


def tell(
    verdict: Verdict,
    program: Program,
    found: Found | None,
    tally: Tally,
    covered: Covered,
    *,
    seed: int,
) -> str:
    """Return the explanation of an exploration."""
    lines = [f"{verdict}: {tally.executions:,} executions, {covered}, seed {seed}"]
    if found is not None:
        lines = [f"{verdict}: {found.failure.text}", *_told(program, found, tally, covered, seed)]
    if tally.loose:
        lines += ["", "not under control: " + tally.loose]
        lines += ["something beside the schedule decides, such as a clock, a set or a file"]
    lines += [f"{many} executions say nothing: {why}" for why, many in tally.doubts.items()]
    if tally.is_late and found is None:
        lines.append("time was over before all of them were made")
    return "\n".join(lines)


def _told(
    program: Program, found: Found, tally: Tally, covered: Covered, seed: int
) -> Iterator[str]:
    execution = found.ran.execution
    yield from (_line_of(place) for place in found.failure.locations)
    if found.failure.stuck is not None:
        yield ""
        yield from _picture(found.failure.stuck)
    yield ""
    yield from lanes(_scenario(program, execution), limit_rows=_LIMIT_ROWS)
    yield ""
    many = f"{tally.failed} of {tally.executions:,} executions failed"
    yield f"{many}, {covered}, seed {seed}"
    made = f"{counted(len(found.schedule), 'deviation')}, {counted(switches(execution), 'switch')}"
    yield f"smallest schedule found: {made}"
    if found.replays:
        yield f"again: smcheck.explore(..., schedule={_triples(found.schedule)})"
    else:
        yield "it did not fail again under its own schedule: something is not under control"


def _scenario(program: Program, execution: Execution) -> Scenario:
    def name(task: int) -> str:
        return f"worker {task}" if task < len(program.workers) else f"thread {task}"

    walked = walk(execution, name=name)
    tasks = tuple(name(task) for task in range(max([0, *(s.task for s in walked.steps)]) + 1))
    return Scenario(tasks=tasks, steps=walked.steps, turns=walked.turns)


def _picture(stuck: Stuck) -> Iterator[str]:
    """Draw who waits for what, and who holds it."""
    for waiting in stuck.waiting:
        yield f"  {_name(waiting.task)} ──waits for──▶ {waiting.what}{_at(waiting.location)}"
        if waiting.holder is not None:
            yield f"  {'':>{len(_name(waiting.task))}}     {_held(waiting)}"


def _held(waiting: Waiting) -> str:
    assert waiting.holder is not None
    return f"held by {_name(waiting.holder)}{_at(waiting.taken_at, 'taken at ')}"


def _at(location: Location | None, what: str = "at ") -> str:
    return f"  {what}{Path(location.file).name}:{location.line}" if location else ""


def _name(task: int) -> str:
    return "setup" if task == START else f"worker {task}"


def _line_of(place: Location) -> str:
    source = linecache.getline(place.file, place.line).strip()
    return f"  {place.file}:{place.line} in {place.function}: {source}"


def _triples(schedule: Schedule) -> str:
    return "[" + ", ".join(f"({d.task}, {d.point}, {d.to})" for d in schedule) + "]"
