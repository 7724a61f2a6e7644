"""Put what ``smcheck check`` prints for the quickstart into README.md, between its markers.

python benchmarks/readme_finding.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- finding: begin -->", "<!-- finding: end -->"
TARGET = "examples/quickstart.py:inventory"


def main() -> None:
    """Run the check and write its output into the page."""
    page = ROOT / "README.md"
    head, _, rest = page.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    block = f"```console\n$ smcheck check {TARGET}\n{output()}\n```"
    page.write_text(f"{head}{BEGIN}\n\n{block}\n\n{END}{tail}")


def output() -> str:
    """Return the report of seed 1, without the lists of what was not checked.

    Made in a folder of its own: what an earlier check has stored would be replayed first.
    """
    command = [sys.executable, "-m", "smcheck", "check", TARGET, "--seed", "1"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        run = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if run.returncode != 1:
        raise SystemExit(f"expected exit status 1, got {run.returncode}: {run.stderr}")
    findings, _, _ = run.stdout.partition("\nnot checked,")
    return re.sub(r"[ \t]+$", "", findings, flags=re.MULTILINE).strip()


if __name__ == "__main__":
    main()
