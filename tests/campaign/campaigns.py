"""Run campaigns as users do, and look into what they leave."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from smcheck.campaign.records import StoredFinding
from smcheck.campaign.store.store import Store
from smcheck.campaign.warden import MARK

ROOT = Path(__file__).parents[2]
HOSTILE = "tests/campaign/hostile.py"
_PATIENCE_S = 90.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    status: int
    lines: list[str]
    errors: str


def environment() -> dict[str, str]:
    """Return the environment of a user who has smcheck on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": ""}


def command(*arguments: object) -> list[str]:
    """Return a command line of smcheck."""
    return [sys.executable, "-P", "-m", "smcheck", *map(str, arguments)]


def smcheck(*arguments: object, python: str = sys.executable) -> Ran:
    """Run a command in the repository's folder to its end."""
    run = subprocess.run(
        [python, *command(*arguments)[1:]],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
    return Ran(run.returncode, run.stdout.splitlines(), run.stderr)


def fuzz(store: Path, *arguments: object, python: str = sys.executable) -> Ran:
    """Run a campaign to its end; without a canary unless one is asked for."""
    canary = () if "--canary" in arguments or "--mode" in arguments else ("--no-canary",)
    return smcheck("fuzz", *arguments, "--store", store, *canary, python=python)


def start(store: Path, *arguments: object) -> subprocess.Popen[str]:
    """Begin a campaign in a process group of its own."""
    return subprocess.Popen(
        command("fuzz", *arguments, "--store", store, "--no-canary"),
        cwd=ROOT, env=environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def findings(store: Path) -> list[StoredFinding]:
    """Return what a store knows."""
    with Store.read(store) as opened:
        return opened.findings()


def names(store: Path) -> list[tuple[str, str]]:
    """Return target and signature of each finding, in an order that does not hang on time."""
    return sorted((one.target, one.signature) for one in findings(store))


def is_sound(store: Path) -> bool:
    """Return whether SQLite finds nothing wrong with a store."""
    with closing(sqlite3.connect(store / "store.db")) as db:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def processes_of(store: Path) -> list[int]:
    """Return the processes that any campaign of a store has started and that still run."""
    with Store.read(store) as opened:
        marks = {f"{MARK}={run.id}".encode() for run in opened.runs()}
    return [pid for pid in _pids() if marks & set(_environment(pid))]


def workers_of(store: Path) -> list[int]:
    """Return the processes that work off a stint now."""
    return [pid for pid in processes_of(store) if b"smcheck.cli.child" in _arguments(pid)]


def wait_until(condition: Callable[[], bool], *, what: str) -> None:
    """Wait for a condition; fail after very long."""
    ends = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < ends, f"not {what} within {_PATIENCE_S:.0f} s"
        time.sleep(0.02)


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    return _file(pid, "environ").split(b"\0")


def _arguments(pid: int) -> list[bytes]:
    return _file(pid, "cmdline").split(b"\0")


def _file(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
