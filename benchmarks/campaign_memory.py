"""Run a campaign and plot the memory of its workers, for ``docs/campaigns.md``.

    python benchmarks/campaign_memory.py [--time 1h] [--store DIR]

With ``--store`` of a campaign that was run before, only the plot is made.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pages import DOCS, circumstances, put, table
from smcheck.campaign.records import Progress
from smcheck.campaign.store import Store

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("tests/fixed/kept_entry.py:subject", "tests/fixed/flushed_sync.py:subject")
PICTURE = DOCS / "campaign-memory.svg"
_WIDTH, _HEIGHT, _LEFT, _FOOT, _TOP = 720, 240, 56, 36, 24
_MIB = 1 << 20


def main() -> None:
    """Run, plot, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="1h")
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        store = asked.store or Path(name) / "store"
        if not (store / "store.db").exists():
            search(store, time=asked.time)
        with Store.read(store) as opened:
            run = opened.runs()[-1]
            moments = [one for one in opened.progress(run.id) if one.memory_bytes]
    PICTURE.write_text(plot(moments), "utf-8")
    said = f"{len(moments)} turns in {run.seconds / 60:.0f} minutes. {circumstances()}"
    picture = f"![Memory of the workers over time]({PICTURE.name})"
    heads = ("subject", "turns", "first quarter, median MiB", "last quarter, median MiB", "largest")
    put(DOCS / "campaigns.md", "memory", ["", said, "", *table(heads, rows(moments)), "", picture])


def search(store: Path, *, time: str) -> None:
    """Run the campaign."""
    subprocess.run(
        [
            sys.executable, "-m", "smcheck", "fuzz", *TARGETS, "--time", time, "--jobs", "1",
            "--seed", "1", "--store", str(store),
        ],
        cwd=ROOT, check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def rows(moments: list[Progress]) -> list[list[str]]:
    """Return what each subject took at the beginning and at the end."""
    found = []
    for target in sorted({one.target for one in moments}):
        took = [one.memory_bytes / _MIB for one in moments if one.target == target]
        quarter = max(1, len(took) // 4)
        first, last = statistics.median(took[:quarter]), statistics.median(took[-quarter:])
        found.append([target, str(len(took)), f"{first:.1f}", f"{last:.1f}", f"{max(took):.1f}"])
    return found


def plot(moments: list[Progress]) -> str:
    """Return the picture: a point for each turn, by its end."""
    span = max((one.at_s for one in moments), default=1.0)
    most = 1.2 * max((one.memory_bytes for one in moments), default=_MIB)
    across, up = _WIDTH - _LEFT - 12, _HEIGHT - _FOOT - _TOP
    points = "".join(
        f'<circle cx="{_LEFT + across * one.at_s / span:.1f}" '
        f'cy="{_TOP + up * (1 - one.memory_bytes / most):.1f}" r="2" fill="#0a5ea8"/>'
        for one in moments
    )
    axis = _TOP + up
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#5d646c">'
        "<title>Resident memory of workers over time</title>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fcfbf9"/>'
        f'<line x1="{_LEFT}" y1="{axis}" x2="{_WIDTH - 12}" y2="{axis}" stroke="#dcd8d0"/>'
        f'<text x="{_LEFT - 8}" y="{axis}" text-anchor="end">0</text>'
        f'<text x="{_LEFT - 8}" y="{_TOP + 4}" text-anchor="end">{most / _MIB:.0f}</text>'
        f'<text x="12" y="14">MiB of a worker, at its largest in a turn</text>'
        f'<text x="{_WIDTH - 12}" y="{_HEIGHT - 10}" text-anchor="end">'
        f"{span / 60:.0f} minutes</text>{points}</svg>\n"
    )


if __name__ == "__main__":
    main()
