"""Measure what a second job gains, beside what a second bare process gains, in one run.

    python benchmarks/campaign_jobs.py [--seconds 60] [--rounds 3]

A round is four measurements one after the other: one and two processes that do nothing but count,
and a campaign with one and with two jobs. What a campaign gains is the ratio of its executions a
second; what can be gained at all is the ratio of the counts. Writes ``docs/campaigns.md``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pages import DOCS, circumstances, put, table

ROOT = Path(__file__).resolve().parent.parent
TARGETS = tuple(
    f"tests/fixed/{name}.py:subject"
    for name in ("kept_entry", "half_transfer", "set_order", "live_dict", "torn_line", "relock")
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    said = circumstances()
    rounds = [measure(asked.seconds) for _ in range(asked.rounds)]
    share = statistics.median(does / can for _, can, does in rounds)
    rows = [
        [str(number), *(f"{one:.1f}" for one in ours), f"{can:.2f}", f"{does:.2f}",
         f"{does / can:.2f}"]
        for number, (ours, can, does) in enumerate(rounds, 1)
    ]  # fmt: skip
    heads = ("round", "executions/s, one job", "two jobs", "bare gain", "gain", "share")
    lines = ["", f"{asked.seconds:.0f} s each; {said} Median share: **{share:.2f}**.", ""]
    put(DOCS / "campaigns.md", "jobs", [*lines, *table(heads, rows), ""])
    print("\n".join([*lines, *table(heads, rows)]))


def measure(seconds: float) -> tuple[list[float], float, float]:
    """Return executions a second by jobs, the gain of bare processes, and that of campaigns."""
    bare = [counted(jobs, seconds / 6) for jobs in (1, 2)]
    ours = [campaign(jobs, seconds) for jobs in (1, 2)]
    return ours, bare[1] / bare[0], ours[1] / ours[0]


def counted(processes: int, seconds: float) -> float:
    """Return how far processes count together, a second."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return sum(pool.map(count, [seconds] * processes)) / seconds


def count(seconds: float) -> int:
    """Count for so long."""
    ends, number = time.perf_counter() + seconds, 0
    while time.perf_counter() < ends:
        for _ in range(10_000):
            number += 1
    return number


def campaign(jobs: int, seconds: float) -> float:
    """Return the executions a second of a campaign, by its own summary."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                sys.executable, "-m", "smcheck", "fuzz", *TARGETS, "--time", f"{seconds}s",
                "--jobs", str(jobs), "--store", folder, "--no-canary", "--seed", "1",
            ],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = re.search(r"\(([\d,]+) executions/s\)", run.stdout)
    done = re.search(
        r"plans, ([\d,]+) executions, .* in (?:(\d+) m )?(?:([\d.]+) s )?\(", run.stdout
    )
    if found is None or done is None:
        raise SystemExit(f"exit status {run.returncode}: {run.stdout}{run.stderr}")
    took = 60 * int(done[2] or 0) + float(done[3] or 0)
    return int(done[1].replace(",", "")) / took


if __name__ == "__main__":
    main()
