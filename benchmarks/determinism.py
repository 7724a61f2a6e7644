"""Check every machine of ``tests/determinism`` and write ``docs/determinism.md``'s table.

    python benchmarks/determinism.py              every specimen, two seeds
    python benchmarks/determinism.py joined_set   only some; the page keeps the other rows

What each specimen varies with, and at which line, stands in its ``EXPECT``, written before it was
run for the first time. What is off by default is asked for with ``--vary``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from checks import ROOT, checked
from pages import put
from smcheck.circumstances.data import ANOTHER_PYTHON, CIRCUMSTANCES
from tests import specimens

FOLDER = ROOT / "tests" / "determinism"
PAGE = ROOT / "docs" / "determinism.md"
ROWS = ROOT / "docs" / "determinism.json"
OFF = frozenset(c.name for c in CIRCUMSTANCES if not c.on_by_default)


def main() -> None:
    """Measure what was asked for and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--python", default="", help="another interpreter with smcheck installed")
    asked = parser.parse_args()
    rows: dict[str, Any] = json.loads(ROWS.read_text()) if ROWS.exists() else {}
    paths = sorted(FOLDER.glob("impure/*.py")) + sorted(FOLDER.glob("pure/*.py"))
    chosen = [path for path in paths if not asked.names or path.stem in asked.names]
    chosen = [path for path in chosen if is_runnable(path)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for path, row in zip(chosen, pool.map(lambda p: measure(p, asked), chosen), strict=True):
            name = f"{path.parent.name}/{path.stem}"
            rows[name] = row
            print(name, json.dumps(row), flush=True)
    known = {f"{path.parent.name}/{path.stem}" for path in paths}
    rows = {name: row for name, row in sorted(rows.items()) if name in known}
    ROWS.write_text(json.dumps(rows, indent=1) + "\n")
    put(PAGE, "specimens", table(rows))


def measure(path: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Check one specimen under each seed and compare with what it says of itself."""
    expect = getattr(specimens.load(path), "EXPECT", None)
    named = [] if expect is None else [expect["circumstance"], *expect.get("or_circumstance", ())]
    wanted = set(named)
    vary = [arg for name in sorted(wanted & OFF) for arg in vary_args(name, asked.python)]
    target = f"{path.relative_to(ROOT)}:subject"
    runs = [checked(target, "--seed", str(n), *vary) for n in range(1, asked.seeds + 1)]
    if expect is None:
        hazards = sorted({f["clause"] for run in runs for f in run["findings"]})
        return {"verdicts": [run["verdict"] for run in runs], "hazards": hazards}
    lines = specimens.blamable_lines(path)
    return {
        "circumstance": expect["circumstance"],
        "runs": [judged(run, wanted, lines) for run in runs],
    }


def vary_args(name: str, python: str) -> list[str]:
    """Return the options that vary what is off by default."""
    given = f"{name}={python}" if name == ANOTHER_PYTHON and python else name
    return ["--vary", given]


def judged(run: dict[str, Any], wanted: set[str], lines: frozenset[int]) -> dict[str, Any]:
    """Return what one check said of the planted difference."""
    found = [f for f in run["findings"] if "circumstance" in f["evidence"]] or run["findings"]
    named = [set(f["evidence"].get("circumstance", "").split(", ")) for f in found]
    return {
        "verdict": run["verdict"],
        "found": bool(found),
        "circumstance": sorted({name for names in named for name in names if name}),
        "is_named": any(names & wanted for names in named),
        "line": [f"{Path(f['location']['file']).name}:{f['location']['line']}" for f in found],
        "is_line": any(f["location"]["line"] in lines for f in found),
        "clauses": [f["clause"] for f in found],
    }


def is_runnable(path: Path) -> bool:
    """Return whether the libraries of a specimen are installed."""
    needs = getattr(specimens.load(path), "NEEDS", ())
    return all(importlib.util.find_spec(package) is not None for package in needs)


def table(rows: dict[str, Any]) -> list[str]:
    """Return the two tables and what they come to."""
    impure = {n: row for n, row in rows.items() if n.startswith("impure/")}
    runs = [(row, run) for row in impure.values() for run in row["runs"]]
    on = [run for row, run in runs if row["circumstance"] not in OFF]
    lines = [
        f"{len(impure)} machines, {len(runs)} checks. Of {len(on)} checks for circumstances that "
        f"are on by default {_part(on, 'found')} found the difference and "
        f"{_part(on, 'is_named')} named the circumstance; of all checks "
        f"{_part([run for _, run in runs], 'is_line')} named the line.",
        "",
        "| circumstance | machine | found | circumstance named | line named |",
        "| --- | --- | --: | --: | --: |",
    ]
    for name, row in sorted(impure.items(), key=lambda one: (one[1]["circumstance"], one[0])):
        cells = [_of(row["runs"], key) for key in ("found", "is_named", "is_line")]
        lines.append(f"| {row['circumstance']} | `{name[7:]}` | {' | '.join(cells)} |")
    pure = {n: row for n, row in rows.items() if n.startswith("pure/")}
    held = sum(v == "held" for row in pure.values() for v in row["verdicts"])
    lines += [
        "", f"{len(pure)} machines that look impure and are not: held in {held} of "
        f"{sum(len(row['verdicts']) for row in pure.values())} checks.", "",
        "| machine | held | hazards |", "| --- | --: | --- |",
    ]  # fmt: skip
    for name, row in pure.items():
        held_here = f"{sum(v == 'held' for v in row['verdicts'])} of {len(row['verdicts'])}"
        lines.append(f"| `{name[5:]}` | {held_here} | {', '.join(row['hazards'])} |")
    return lines


def _part(runs: list[dict[str, Any]], key: str) -> str:
    return (
        f"{sum(run[key] for run in runs)} ({sum(run[key] for run in runs) / max(len(runs), 1):.0%})"
    )


def _of(runs: list[dict[str, Any]], key: str) -> str:
    return f"{sum(run[key] for run in runs)} of {len(runs)}"


if __name__ == "__main__":
    main()
