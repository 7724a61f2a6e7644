"""Run campaigns over every specimen, merge their stores, and write ``docs/campaigns.md``.

    python benchmarks/campaign_specimens.py                      ten campaigns of ten minutes
    python benchmarks/campaign_specimens.py --time 2m --first 3   fewer and shorter ones
    python benchmarks/campaign_specimens.py --keep DIR            keep the stores; those there count

The campaigns differ in seed, in the number of jobs and in the Python (where there are several, as
``--python`` says); one is over copies of the specimens in which every line has moved.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pages import DOCS, circumstances, put, table
from smcheck.campaign.records import StoredFinding
from smcheck.campaign.store import Store, merge
from smcheck.finding import Severity

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("buggy", "fixed")


@dataclass(frozen=True, slots=True)
class Plan:
    """One campaign."""

    seed: int
    jobs: int
    python: str
    is_moved: bool = False

    @property
    def name(self) -> str:
        """What its store is called."""
        return f"{self.seed}-{self.jobs}" + ("-moved" if self.is_moved else "")


@dataclass(frozen=True, slots=True)
class Counts:
    """What one store says of the specimens."""

    broken: int
    one: int
    several: tuple[str, ...]
    missed: tuple[str, ...]
    accused: tuple[str, ...]


def plans(pythons: list[str]) -> list[Plan]:
    """Return ten campaigns."""
    cpus = os.cpu_count() or 1
    found = []
    for number in range(10):
        python = pythons[number % len(pythons)]
        found.append(Plan(101 + number, cpus * (1 + number % 2), python, is_moved=number == 1))
    return found


def run(plan: Plan, folder: Path, *, time: str) -> None:
    """Run one campaign into a store; one that is there stays."""
    if (folder / "store.db").exists():
        return
    with tempfile.TemporaryDirectory() as name:
        place = copied(Path(name)) if plan.is_moved else ROOT
        command = [
            plan.python, "-m", "smcheck", "fuzz", *targets(), "--time", time, "--jobs",
            str(plan.jobs), "--seed", str(plan.seed), "--store", str(folder.absolute()),
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=place, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": f"{place}:{ROOT}:{ROOT / 'strategies'}"},
        )  # fmt: skip
    if done.returncode not in (0, 1):
        print(f"exit status {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def targets() -> list[str]:
    """Return the specimens as they are named in every store."""
    return [
        f"tests/{kind}/{path.name}:subject"
        for kind in KINDS
        for path in sorted((ROOT / "tests" / kind).glob("*.py"))
    ]


def copied(place: Path) -> Path:
    """Copy the specimens so that no line is where it was."""
    for kind in KINDS:
        folder = place / "tests" / kind
        folder.mkdir(parents=True)
        for path in (ROOT / "tests" / kind).glob("*.py"):
            (folder / path.name).write_text(moved(path.read_text("utf-8")), "utf-8")
    return place


def moved(source: str) -> str:
    """Return a source with comments in front of it and of every function."""
    lines = re.sub(r"(?m)^( +)(def )", r"\1# moved\n\1\2", source)
    # The docstring and the import from __future__ stay the first statements.
    return "# moved\n# moved\n# moved\n" + lines


def counts(store: Path) -> Counts:
    """Return what a store says."""
    with Store.read(store) as opened:
        findings = opened.findings()
    by_target: dict[str, list[StoredFinding]] = defaultdict(list)
    for finding in findings:
        by_target[finding.target].append(finding)
    several, missed, one = [], [], 0
    broken = [target for target in targets() if "/buggy/" in target]
    for target in broken:
        found = told(by_target[target])
        if not found:
            missed.append(target)
        elif len(found) > 1:
            several.append(target)
        else:
            one += 1
    accused = sorted({
        found.target for found in findings
        if "/fixed/" in found.target and found.finding.breach.severity is Severity.VIOLATION
    })  # fmt: skip
    return Counts(len(broken), one, tuple(several), tuple(missed), tuple(accused))


def told(findings: list[StoredFinding]) -> list[StoredFinding]:
    """Return the violations of a machine, or its hazards where it has nothing worse."""
    violations = [f for f in findings if f.finding.breach.severity is Severity.VIOLATION]
    return violations or findings


def row(name: str, told_as: str, found: Counts) -> list[str]:
    """Return the line of one store."""
    share = f"{found.one} of {found.broken} ({100 * found.one / found.broken:.1f} %)"
    return [name, told_as, share, short(found.several), short(found.missed), short(found.accused)]


def short(names: tuple[str, ...]) -> str:
    """Return specimens by their names."""
    return ", ".join(Path(name.rpartition(":")[0]).stem for name in names) or "none"


def main() -> None:
    """Run, merge, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="10m")
    parser.add_argument("--first", type=int, default=10)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        rows, stores = [], []
        for plan in plans(asked.python or [sys.executable])[: asked.first]:
            store = folder / plan.name
            run(plan, store, time=asked.time)
            stores.append(store)
            version = subprocess.run(
                [plan.python, "-c", "import platform; print(platform.python_version())"],
                capture_output=True, text=True, check=True,
            ).stdout.strip()  # fmt: skip
            told_as = f"{plan.jobs} jobs, {version}" + (", moved" if plan.is_moved else "")
            rows.append(row(f"seed {plan.seed}", told_as, counts(store)))
            print(rows[-1], flush=True)
        joined = folder / "joined"
        merge(stores, joined)
        rows.append(row("all merged", f"{len(stores)} stores", counts(joined)))
        print(rows[-1])
    heads = ("campaign", "how", "one finding", "several", "missed", "correct ones accused")
    said = f"{asked.time} each. {circumstances()}"
    put(DOCS / "campaigns.md", "specimens", ["", said, "", *table(heads, rows), ""])


if __name__ == "__main__":
    main()
