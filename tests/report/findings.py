"""Six findings of different families, as they come out: written anew by this file, read by tests.

``python -m tests.report.findings`` replays a witness of ``tests/witnesses/`` for each and writes
its text and its page to ``tests/report/findings/``. Look at the difference before it goes in.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from smcheck.engine.replay import replay
from smcheck.engine.witness import load_witness
from smcheck.finding import Finding, SubjectReport, Verdict
from smcheck.report.page import page
from smcheck.report.text import finding_text
from tests import specimens

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "findings"
NAMES = {
    "torn_line": "a torn read",
    "live_dict": "a stale snapshot",
    "kept_last": "a retained entry",
    "set_order": "a divergence by hash seed",
    "lock_order": "a deadlock",
    "two_logs": "a lost durable tail",
}
"""Specimens by name, and what each shows."""
FRAME = "frame.html"
"""What all pages have around their findings."""


def finding_of(name: str) -> Finding:
    """Replay the witness of a specimen and return what it shows."""
    witness = load_witness(ROOT / "tests" / "witnesses" / f"{name}.json")
    subject = specimens.load(ROOT / "tests" / "buggy" / f"{name}.py").subject
    finding = replay(witness, subject).finding
    assert finding is not None, name
    return finding


def text_of(finding: Finding) -> str:
    """Return the text, with paths that are the same in every clone."""
    return finding_text(finding, root=ROOT) + "\n"


def page_of(finding: Finding) -> tuple[str, str]:
    """Return the frame of the page and what is in it; style and script are files of their own."""
    report = SubjectReport("specimen", "", Verdict.VIOLATED, [finding])
    whole = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>", "", page([report]))
    whole = re.sub(r"sha256-[\w+/=]+", "sha256-", whole)
    before, opens, rest = whole.replace(str(ROOT), "ROOT").partition('<main id="main">\n')
    inside, closes, after = rest.partition("</main>\n")
    return f"{before}{opens}{closes}{after}", inside


def write(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(exist_ok=True)
    frames = set()
    for name in NAMES:
        finding = finding_of(name)
        frame, inside = page_of(finding)
        frames.add(frame)
        (folder / f"{name}.txt").write_text(text_of(finding), "utf-8")
        (folder / f"{name}.html").write_text(inside, "utf-8")
    [frame] = frames  # it is the same for every finding
    (folder / FRAME).write_text(frame, "utf-8")


def main() -> None:
    """Write them to the folder that is named, else to where they are kept.

    What stands in them depends on the hash seed, so it is 0.
    """
    if os.environ.get("PYTHONHASHSEED") != "0":
        again = [sys.executable, "-m", "tests.report.findings", *sys.argv[1:]]
        raise SystemExit(
            subprocess.run(again, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False).returncode
        )
    write(Path(sys.argv[1]) if sys.argv[1:] else KEPT)


if __name__ == "__main__":
    main()
