"""Measure smcheck beside frontrun and interleave-test, on the same models, in one run.

The sides take turns in short slices, so that a slow moment of the machine hits all of them. Each
has a process of its own; the first execution does not count.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from models import MODELS
from pages import circumstances, table
from sides import SIDES

FOLDER = Path(__file__).parent
OURS = ("smcheck, random walk", "smcheck, portfolio")


class Answer(NamedTuple):
    """What a side says of one request."""

    seconds: float
    executions: int
    wrong: int

    @property
    def rate(self) -> float:
        """Executions a second."""
        return self.executions / self.seconds


@contextmanager
def side(name: str) -> Iterator[subprocess.Popen[str]]:
    """Start the process of one side, and end it."""
    process = subprocess.Popen(
        [sys.executable, str(FOLDER / "sides.py"), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "FRONTRUN_ACTIVE": "1"},  # else it refuses to run without its launcher
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[str], what: str, model: str, number: int, seed: int) -> Answer:
    """Let a side run a slice."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps([what, model, number, seed]), file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line:
        raise SystemExit("expected an answer of the side, and it has ended: see its message above")
    return Answer(*json.loads(line))


def known_sides() -> list[str]:
    """Return the sides whose tool is installed."""
    found = []
    for name in SIDES:
        tool = name.partition(",")[0]
        try:
            importlib.metadata.version(tool)
        except importlib.metadata.PackageNotFoundError:
            if tool != "smcheck":
                continue
        found.append(name)
    return found


Slices = dict[str, dict[str, list[Answer]]]
"""Answers by model and side."""


def many(executions: int = 1_000, slices: int = 10) -> Slices:
    """Run each model so often on each side, turn by turn."""
    return _take_turns("many", slices, -(-executions // slices))


def first(seeds: int = 30, limit: int = 500) -> Slices:
    """Search for the first bug of each model with each seed, turn by turn."""
    return _take_turns("first", seeds, limit)


def _take_turns(what: str, turns: int, number: int) -> Slices:
    found: Slices = {}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(side(name)) for name in known_sides()}
        for model, program in MODELS.items():
            if what == "first" and program.is_correct:
                continue
            answers: dict[str, list[Answer]] = {name: [] for name in processes}
            for process in processes.values():
                ask(process, what, model, 1, 0)
            for turn in range(turns):
                for name, process in processes.items():
                    if what == "first" and _is_hopeless(answers[name]):
                        continue
                    seed = turn if what == "first" else 1 + turn * number
                    answers[name].append(ask(process, what, model, number, seed))
            found[model] = answers
    return found


def _is_hopeless(answers: list[Answer]) -> bool:
    """Return whether a side takes seconds for each search, so that a few of them are enough."""
    return len(answers) >= 5 and sum(answer.seconds for answer in answers) > 10


def rates(found: Slices) -> list[str]:
    """Return the table of executions a second, with the ratio of each of ours to the others."""
    sides = [*next(iter(found.values()))]
    others = [name for name in sides if name not in OURS]
    ratios = [(one, other) for one in OURS for other in others]
    heads = ["model", *sides, *(f"{one.partition(', ')[2]} : {other}" for one, other in ratios)]
    rows = []
    for model, answers in found.items():
        cells = [f"{_rate(answers[name]):,.0f}" for name in sides]
        for one, other in ratios:
            pairs = zip(answers[one], answers[other], strict=True)
            cells.append(f"**{median(mine.rate / theirs.rate for mine, theirs in pairs):.1f}**")
        rows.append([model, *cells])
    return [circumstances(), "", *table(heads, rows)]


def _rate(answers: list[Answer]) -> float:
    return sum(a.executions for a in answers) / sum(a.seconds for a in answers)


def times(found: Slices) -> list[str]:
    """Return the table of the first bug: found, executions and wall time of the whole call."""
    sides = [name for name in next(iter(found.values())) if name != OURS[0]]
    rows = []
    for model, answers in found.items():
        cells = []
        for name in sides:
            caught = [a for a in answers[name] if a.wrong]
            tried = len(answers[name])
            number = f"{median(a.executions for a in caught):,.1f}" if caught else "no"
            wall = f"{median(a.seconds for a in answers[name]) * 1e3:,.1f} ms"
            cells.append(f"{len(caught)} of {tried}, {number} executions, {wall}")
        rows.append([model, *cells])
    return [circumstances(), "", *table(["model", *sides], rows)]
