"""Measure executions per second beside frontrun's random mode, on the same models, in one run.

    python3 -m venv .venv-bench && .venv-bench/bin/pip install . frontrun==0.7.0
    .venv-bench/bin/python benchmarks/against_frontrun.py --write

The two sides take turns in short slices, so that a slow moment of the machine hits both.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import smcheck
from models import MODELS

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs" / "performance.md"
BEGIN, END = "<!-- against_frontrun: begin -->", "<!-- against_frontrun: end -->"
SIDES = ("smcheck", "frontrun")


@dataclass(slots=True)
class Tally:
    """What one side did with one model, slice by slice."""

    rates: list[float] = field(default_factory=list)
    seconds: float = 0.0
    executions: int = 0
    wrong: int = 0

    def add(self, seconds: float, executions: int, wrong: int) -> None:
        self.rates.append(executions / seconds)
        self.seconds += seconds
        self.executions += executions
        self.wrong += wrong

    @property
    def rate(self) -> float:
        """Executions per second over all slices."""
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


def ask(process: subprocess.Popen[str], model: str, executions: int, seed: int) -> Tally:
    """Let a side run a slice."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps([model, executions, seed]), file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line:
        raise SystemExit("expected an answer of the side, and it has ended: see its message above")
    tally = Tally()
    tally.add(*json.loads(line))
    return tally


def measure(
    processes: dict[str, subprocess.Popen[str]], model: str, *, executions: int, slices: int
) -> dict[str, Tally]:
    """Measure both sides on one model, turn by turn; the first execution does not count."""
    tallies = {name: Tally() for name in processes}
    for process in processes.values():
        ask(process, model, 1, 0)
    each = -(-executions // slices)
    for turn in range(slices):
        for name, process in processes.items():
            one = ask(process, model, each, 1 + turn * each)
            tallies[name].add(one.seconds, one.executions, one.wrong)
    return tallies


def row(model: str, tallies: dict[str, Tally]) -> str:
    """Return a row of the table."""
    ours, theirs = tallies["smcheck"], tallies["frontrun"]
    answer = "right" if MODELS[model].is_correct else "wrong"
    cells = [model, answer]
    for tally in (ours, theirs):
        spread = f"{min(tally.rates):,.0f} to {max(tally.rates):,.0f}"
        cells += [f"{tally.executions:,}", f"{tally.rate:,.0f}", spread]
    ratio = median(a / b for a, b in zip(ours.rates, theirs.rates, strict=True))
    cells.append(f"**{ratio:.1f}**")
    cells += [f"{tally.wrong / tally.executions:.0%}" for tally in (ours, theirs)]
    return "| " + " | ".join(cells) + " |"


def table(arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the lines of the report as they are measured."""
    frontrun = importlib.metadata.version("frontrun")
    versions = f"smcheck {smcheck.__version__}, frontrun {frontrun}"
    load = f"load average {os.getloadavg()[0]:.1f} when it began"
    yield f"CPython {platform.python_version()}, {os.cpu_count()} CPUs, {load}, {versions}."
    yield ""
    yield (
        "| model | is | smcheck: executions | per s | slices | frontrun: executions | per s "
        "| slices | ratio | smcheck: went wrong | frontrun: went wrong |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    with ExitStack() as stack:
        processes = {name: stack.enter_context(side(name)) for name in SIDES}
        for model in arguments.model or MODELS:
            yield row(
                model,
                measure(processes, model, executions=arguments.executions, slices=arguments.slices),
            )


def write(lines: list[str]) -> None:
    """Put the report between the markers of the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text("\n".join([before + BEGIN, *lines, END]) + after, "utf-8")


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--executions", type=int, default=1000, help="per side and model")
    parser.add_argument("--slices", type=int, default=10, help="turns that these are made in")
    parser.add_argument("--model", action="append", choices=MODELS, help="only this one")
    parser.add_argument("--write", action="store_true", help=f"put the rows into {PAGE.name}")
    arguments = parser.parse_args()
    try:
        importlib.metadata.version("frontrun")
    except importlib.metadata.PackageNotFoundError:
        parser.error("expected frontrun to be installed: pip install frontrun==0.7.0")
    lines = []
    for line in table(arguments):
        print(line, flush=True)
        lines.append(line)
    if arguments.write:
        write(lines)


if __name__ == "__main__":
    main()
