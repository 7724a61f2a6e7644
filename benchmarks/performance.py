"""Measure what docs/performance.md tells: one command for all its tables.

    python3 -m venv .venv-bench && .venv-bench/bin/pip install . frontrun==0.7.0
    .venv-bench/bin/python benchmarks/performance.py --write

On Python 3.12 and later install interleave-test too. ``--only`` measures some of the tables.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable

import beside_others
import correct
import growth
import handoffs
import histories
import schedules_to_bug
from pages import circumstances, table, write
from sctbench import PORTS

Part = Callable[[], tuple[list[str], object]]


def _others(what: Callable[[], beside_others.Slices], told: Callable[..., list[str]]) -> Part:
    def part() -> tuple[list[str], object]:
        found = what()
        return told(found), found

    return part


def _handoffs() -> tuple[list[str], object]:
    found, floors = handoffs.measure(), handoffs.places()
    heads = ["what", "µs", *(f"{name.removeprefix('bare handoff, ')} / this" for name in floors)]
    return [circumstances(), "", *table(heads, handoffs.rows(found))], found


def _growth() -> tuple[list[str], object]:
    rows = growth.rows()
    heads = ["execution of", "an execution", "a point"]
    return [circumstances(), "", *table(heads, rows)], rows


def _histories() -> tuple[list[str], object]:
    found = {length: histories.measure(length) for length in histories.LENGTHS}
    rows = [
        [f"{length:,}", f"{seconds:.2f} s", f"{seconds / length * 1e6:.1f} µs", f"{most:,.1f} MiB"]
        for length, (seconds, most) in found.items()
    ]
    heads = ["operations", "judged in", "for each", "memory"]
    return [circumstances(), "", *table(heads, rows)], found


def _correct() -> tuple[list[str], object]:
    rows = correct.rows()
    return [circumstances(), "", *table(["model", "searched", "proved"], rows)], rows


def _schedules() -> tuple[list[str], object]:
    found = dict(schedules_to_bug.measure([*PORTS], 30))
    return schedules_to_bug.lines(found), found


PARTS: dict[str, Part] = {
    "executions": _others(beside_others.many, beside_others.rates),
    "first bug": _others(beside_others.first, beside_others.times),
    "handoffs": _handoffs,
    "growth": _growth,
    "histories": _histories,
    "correct": _correct,
    "schedules": _schedules,
}
BY_VERSION = ("executions", "first bug")
"""Parts with a table for each Python, since what else is measured depends on it."""


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this table")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    arguments = parser.parse_args()
    if len(beside_others.known_sides()) <= len(beside_others.OURS):
        parser.error("expected frontrun to be installed: pip install frontrun==0.7.0")
    version = ".".join(platform.python_version_tuple()[:2])
    for name in arguments.only or PARTS:
        lines, raw = PARTS[name]()
        print(f"\n== {name}\n", *lines, sep="\n", flush=True)
        if arguments.write:
            write(f"{name} on {version}" if name in BY_VERSION else name, lines, raw)


if __name__ == "__main__":
    main()
