"""Check the seed machines of Dragonboat, rebuilt, and write what comes out into the docs.

Run from the root of a checkout. Prints the table; with ``--write`` it puts it between the markers
in ``docs/dragonboat.md`` too.
"""

from __future__ import annotations

import argparse
import json
import linecache
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import smcheck

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dragonboat.md"
BEGIN = "<!-- dragonboat: begin -->\n"
END = "<!-- dragonboat: end -->"

EXPECTED = {
    "concurrent_kv.py:text_keys": (),
    "concurrent_kv.py:any_keys": ("SAV-4",),
    "concurrent_update.py:subject": ("UPD-7", "BAT-1", "BAT-6", "HSH-3"),
    "concurrent_snapshot.py:subject": ("SAV-3", "SAV-10"),
    "fake_disk.py:subject": ("UPD-7", "REC-5", "DSK-6"),
    "sim_disk.py:subject": ("UPD-7", "DSK-6"),
}
"""Clauses that each machine breaks by what is known of it, by target."""


def check(target: str, options: list[str]) -> dict[str, Any]:
    """Return the report of one machine, as the command line writes it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [sys.executable, "-m", "smcheck", "check", f"examples/dragonboat/{target}"]
        command += [*options, "--json", str(file), "--witness", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"expected exit status 0 or 1, got {done.returncode}:\n{done.stderr}")
        [subject] = json.loads(file.read_text("utf-8"))["subjects"]
    report: dict[str, Any] = subject
    return report


def table(options: list[str]) -> str:
    """Return the Markdown table and the line that says how it was made."""
    rows = [row for target in EXPECTED for row in rows_of(target, check(target, options))]
    made = (
        f"smcheck {smcheck.__version__}, Python {platform.python_version()}, "
        f"`{' '.join(options)}` for each machine."
    )
    head = ["| machine | expected | found | line | what was seen |", "|---|---|---|---|---|"]
    return "\n".join([made, "", *head, *rows, ""])


def rows_of(target: str, subject: dict[str, Any]) -> Iterator[str]:
    """Give one row for each finding in the order of what was expected, one without any."""
    name = f"[{subject['name']}](../examples/dragonboat/{target.partition(':')[0]})"
    wanted = ", ".join(EXPECTED[target]) or "none"
    if not subject["findings"]:
        yield f"| {name} | {wanted} | none, {subject['verdict']} | | |"
    for finding in sorted(subject["findings"], key=lambda one: order(target, one)):
        place = finding["location"]
        text = linecache.getline(place["file"], place["line"]).strip()
        severity = "" if finding["severity"] == "violation" else f" ({finding['severity']})"
        seen = finding["message"].replace("|", "/")
        line = f"{place['line']}: `{text}`"
        yield f"| {name} | {wanted} | {finding['clause']}{severity} | {line} | {seen} |"
        name = wanted = ""


def order(target: str, finding: dict[str, Any]) -> tuple[int, str]:
    """Put what was expected first."""
    expected, clause = EXPECTED[target], finding["clause"]
    return (expected.index(clause) if clause in expected else len(expected)), clause


def main() -> None:
    """Check, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--max-examples", type=int, default=100)
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    asked = parser.parse_args()
    options = ["--seed", str(asked.seed), "--max-examples", str(asked.max_examples)]
    rows = table(options)
    print(rows)
    if asked.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}{rows}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
