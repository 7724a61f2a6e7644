"""Run ``smcheck check`` as a person does, in a process of its own, and read what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def started(target: str, out: Path, *options: str) -> subprocess.Popen[str]:
    """Start a check of a target below the repository's folder; its report goes to ``out``."""
    command = [sys.executable, "-m", "smcheck", "check", target, "--json", str(out)]
    return subprocess.Popen(
        [*command, "--witness", str(out.parent / "witnesses"), *options], cwd=ROOT, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def report(out: Path) -> dict[str, Any]:
    """Return what a check said of its one subject."""
    [subject] = json.loads(out.read_text())["subjects"]
    return dict(subject)


def checked(target: str, *options: str) -> dict[str, Any]:
    """Run a check to its end and return what it said.

    Raises:
        SystemExit: It wrote no report.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "report.json")
        process = started(target, out, *options)
        _, errors = process.communicate()
        if not out.exists():
            raise SystemExit(f"{target}: exit status {process.returncode}: {errors[-400:]}")
        return report(out)
