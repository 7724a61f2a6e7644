"""Kill campaigns and workers many times and write what came of it into ``docs/campaigns.md``.

python benchmarks/campaign_faults.py [--kills 200] [--seed 1]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from pages import DOCS, circumstances, put
from tests.campaign.faults import kill_many


def main() -> None:
    """Kill and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    said = circumstances()
    with tempfile.TemporaryDirectory() as name:
        tally = kill_many(Path(name) / "store", kills=asked.kills, seed=asked.seed)
    lines = [
        "",
        f"{tally.supervisors} supervisors and {tally.workers} workers were killed. Nothing that "
        "was found before a kill was missing after it, nothing was there twice, no process was "
        f"left, and `PRAGMA integrity_check` said ok each time. {said}",
        "",
        f"Found in all of it: {len(tally.found)}.",
        "",
        *(f"- `{target}`: `{signature}`" for target, signature in tally.found),
        "",
    ]
    put(DOCS / "campaigns.md", "faults", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
