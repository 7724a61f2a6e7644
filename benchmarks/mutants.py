"""Break the correct machines in many ways, check each mutant, and write ``docs/mutants.md``.

    python benchmarks/mutants.py                     all that have not run since they changed
    python benchmarks/mutants.py lock_order          only those of some machines
    python benchmarks/mutants.py --operator "drop a lock"    only those of some operators
    python benchmarks/mutants.py --survivors         those again that were not killed
    python benchmarks/mutants.py --again             everything again
    python benchmarks/mutants.py --sample 60         so many, over all operators
    python benchmarks/mutants.py --list              only their names
    python benchmarks/mutants.py --render            only the page
    python benchmarks/mutants.py --show TEXT         the whole file of the first whose name has it

Each check is a process of its own, two run side by side. What became of each is kept in
``docs/mutants.json`` by the mutant's name, at once: a run may be stopped and taken up again.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.generate import OPERATORS, Mutant, mutants_of
from tests.mutants.report import Row, explanations, page
from tests.specimens import FIXED

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"
ROWS = ROOT / "docs" / "mutants.json"
ARGUMENTS = ["--max-examples", "100", "-x", "--seed", "1"]
LIMIT_S = 300
STATUS = {0: "survived", 1: "killed", 2: "broken"}


def main() -> None:
    """Run what was asked for and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("machines", nargs="*")
    parser.add_argument("--operator", action="append", choices=OPERATORS)
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--render", action="store_true")
    parser.add_argument("--show")
    asked = parser.parse_args()
    every = {mutant.name: mutant for mutant in mutants_of(FIXED)}
    rows: dict[str, Row] = json.loads(ROWS.read_text()) if ROWS.exists() else {}
    rows = {name: row for name, row in rows.items() if name in every}
    for name, row in rows.items():
        row["line"] = every[name].line
    chosen = [
        m for m in every.values()
        if (not asked.machines or m.machine in asked.machines)
        and (not asked.operator or m.operator in asked.operator)
    ]  # fmt: skip
    if asked.show:
        sys.stdout.write(next(m.text for m in chosen if asked.show in m.name))
    elif asked.list:
        sys.stdout.writelines(f"{m.machine}.py:{m.line} {m.name}\n" for m in chosen)
        sys.stdout.write(f"{len(chosen)} mutants by {len(OPERATORS)} operators\n")
    else:
        chosen = sample(chosen, asked.sample) if asked.sample else chosen
        wanted = [
            m for m in chosen
            if asked.again or m.name not in rows or rows[m.name]["digest"] != m.digest
            or (asked.survivors and rows[m.name]["status"] != "killed")
        ]  # fmt: skip
        run([] if asked.render else wanted, rows, jobs=asked.jobs)
        keep(rows)
        PAGE.write_text(page(rows, explanations()))


def sample(chosen: list[Mutant], size: int) -> list[Mutant]:
    """Return so many mutants, of each operator alike, whatever their machines."""
    by_digest = sorted(chosen, key=lambda mutant: mutant.digest)
    groups = [[m for m in by_digest if m.operator == operator] for operator in OPERATORS]
    turns = itertools.zip_longest(*groups)
    return [mutant for turn in turns for mutant in turn if mutant is not None][:size]


def run(wanted: list[Mutant], rows: dict[str, Row], *, jobs: int) -> None:
    """Check mutants, and keep what became of each."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for number, (mutant, row) in enumerate(
            zip(wanted, pool.map(check, wanted), strict=True), 1
        ):
            rows[mutant.name] = row
            keep(rows)
            said = f"{row['status']} {','.join(row['clauses'])} {row['seconds']:.1f} s"
            print(f"{number}/{len(wanted)} {said}: {mutant.name}", flush=True)


def keep(rows: dict[str, Row]) -> None:
    """Write down what became of the mutants."""
    ROWS.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


def check(mutant: Mutant) -> Row:
    """Check one mutant in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, out = folder / f"{mutant.machine}.py", folder / "report.json"
        file.write_text(mutant.text)
        command = [sys.executable, "-m", "smcheck", "check", f"{file}:subject", *ARGUMENTS]
        command += ["--json", str(out), "--witness", str(folder / "witnesses")]
        begun = time.monotonic()
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, check=False, timeout=LIMIT_S
            ).returncode
        except subprocess.TimeoutExpired:
            done = -1
        seconds = round(time.monotonic() - begun, 1)
        found = found_in(out)
    return {
        "machine": mutant.machine,
        "operator": mutant.operator,
        "line": mutant.line,
        "digest": mutant.digest,
        "status": STATUS.get(done, "undecided"),
        "clauses": found["violation"],
        "hazards": found["hazard"],
        "seconds": seconds,
    }


def found_in(out: Path) -> dict[str, list[str]]:
    """Return the clauses of a report by severity, nothing where there is none."""
    found: dict[str, list[str]] = {"violation": [], "hazard": [], "known": []}
    subjects = json.loads(out.read_text())["subjects"] if out.exists() else []
    for finding in (finding for subject in subjects for finding in subject["findings"]):
        found[finding["severity"]].append(finding["clause"])
    return {severity: sorted(set(clauses)) for severity, clauses in found.items()}


if __name__ == "__main__":
    main()
