"""Check the seven PySyncObj subjects and write the table of their verdicts into the docs.

Run from the root of a checkout. Prints the rows; with ``--write`` it puts them between the markers
in ``docs/pysyncobj.md`` too.
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
from importlib.metadata import version
from pathlib import Path
from typing import Any

import smcheck

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "pysyncobj.md"
BEGIN = "<!-- pysyncobj_verdicts: begin -->\n"
END = "<!-- pysyncobj_verdicts: end -->"
SUBJECTS = (
    "repl_counter", "repl_list", "repl_dict", "repl_set", "repl_queue", "repl_priority_queue",
    "repl_lock_manager",
)  # fmt: skip


def check(seed: int, time: str) -> list[dict[str, Any]]:
    """Return the reports of all subjects, as the command line writes them."""
    targets = [f"examples/pysyncobj_batteries.py:{name}" for name in SUBJECTS]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        options = ["--seed", str(seed), "--time", time, "--json", str(file), "--witness", folder]
        command = [sys.executable, "-m", "smcheck", "check", *targets, *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"expected exit status 0 or 1, got {done.returncode}:\n{done.stderr}")
        subjects: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["subjects"]
    return subjects


def table(subjects: list[dict[str, Any]], made_with: str) -> str:
    """Return the Markdown table and the line that says how it was made."""
    rows = [row for subject in subjects for row in rows_of(subject)]
    made = (
        f"smcheck {smcheck.__version__}, PySyncObj {version('pysyncobj')}, "
        f"Python {platform.python_version()}, `{made_with}` for each subject. "
        "Lines are of `pysyncobj/batteries.py`."
    )
    head = ["| subject | verdict | clause | line | what was seen |", "|---|---|---|---|---|"]
    return "\n".join([made, "", *head, *rows, ""])


def rows_of(subject: dict[str, Any]) -> Iterator[str]:
    """Give one row for each finding, one without any."""
    name, verdict = subject["name"], subject["verdict"]
    if not subject["findings"]:
        yield f"| {name} | {verdict} | | | |"
    for finding in sorted(subject["findings"], key=order):
        place = finding["location"]
        text = linecache.getline(place["file"], place["line"]).strip()
        clause = finding["clause"]
        if finding["severity"] != "violation":
            clause += f" ({finding['severity']})"
        file = Path(place["file"]).name
        where = "" if file == "batteries.py" else f"{file}:"
        line = f"{where}{place['line']}: `{text}`" if text else place["function"]
        seen = finding["message"].replace("|", "/")
        yield f"| {name} | {verdict} | {clause} | {line} | {seen} |"
        name = verdict = ""


def order(finding: dict[str, Any]) -> tuple[bool, str, int]:
    """Put violations first, then by clause and line."""
    return finding["severity"] != "violation", finding["clause"], finding["location"]["line"]


def main() -> None:
    """Check, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time", default="40s", help="how long each subject is checked")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    options = parser.parse_args()
    made_with = f"--seed {options.seed} --time {options.time}"
    rows = table(check(options.seed, options.time), made_with)
    print(rows)
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}{rows}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
