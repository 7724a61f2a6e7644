"""What the twins of a check cost, how they stand killing, and what a question to one takes.

    python benchmarks/twins.py             all of it, and write it into docs/determinism.md
    python benchmarks/twins.py --kills 100

Ratios are measured side by side in one run.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from checks import ROOT, checked, report, started
from pages import put
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.settings import default_settings
from smcheck.circumstances.wire import LiveScript, LoadTarget, frame, pack_script, responses
from smcheck.host.board import Board
from smcheck.host.life import Observe, Script
from smcheck.plan import Command, Update

PAGE = ROOT / "docs" / "determinism.md"
CORRECT = "tests/fixed/clock_expiry.py:subject"
BROKEN = "tests/buggy/set_order.py:subject"
MANY = 400
_GRACE_S = 1.0
_PROCESS = (
    "hash seed", "file-system encoding", "UTF-8 mode", "clock", "clock jumps back",
    "random source", "object ids", "garbage collection", "thread ids", "process id", "host name",
    "user", "home folder", "working directory", "environment", "time zone", "locale", "umask",
    "directory order",
)  # fmt: skip


def seconds_of(*options: str) -> float:
    """Return the seconds of a check of a correct machine."""
    begun = time.perf_counter()
    checked(CORRECT, "--seed", "1", *options)
    return time.perf_counter() - begun


def added_seconds(rounds: int) -> tuple[float, float]:
    """Return the seconds of a check with all circumstances, and without those of processes."""
    without = [arg for name in _PROCESS for arg in ("--dont-vary", name)]
    pairs = [(seconds_of(), seconds_of(*without)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def round_trip() -> tuple[float, float]:
    """Return the seconds of a question to a worker of a pool, and over a bare pipe to one."""
    settings = default_settings(1, count=1)
    log = tuple(Command(n, b"acquire door amy 0") for n in range(1, 9))
    script = Script(log, (), (Update(0, 8), Observe()))
    with Pool(f"{ROOT}/{CORRECT}", settings) as pool, Bare(pool) as bare:
        asked: tuple[list[float], list[float]] = ([], [])
        for number in range(MANY):
            begun = time.perf_counter()
            pool.live_one(0, script, settings[0])
            between = time.perf_counter()
            bare.live(number, script)
            asked[0].append(between - begun)
            asked[1].append(time.perf_counter() - between)
    return statistics.median(asked[0]), statistics.median(asked[1])


class Bare:
    """A worker at the other end of two pipes, which are written and read here and now."""

    def __init__(self, pool: Pool) -> None:
        pool.live_one(0, Script((), (), (Observe(),)), pool.settings[0])
        self._setting = pool.settings[0]
        self._folder = tempfile.TemporaryDirectory()
        self._frames = responses()

    def __enter__(self) -> Bare:
        place = Path(self._folder.name)
        board = place / "board"
        self._board = Board.create(board)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "smcheck.circumstances.worker"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self._ask(
            LoadTarget(
                target=f"{ROOT}/{CORRECT}", folder=str(ROOT), path=tuple(sys.path),
                setting=self._setting, scratch=str(place), machines=str(place / "machines"),
                board=str(board), leftovers=str(place / "leftovers"), timeout_s=10.0,
            )
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def live(self, number: int, script: Script) -> object:
        """Let the worker live through a script."""
        return self._ask(LiveScript(number, pack_script(script), self._setting))

    def _ask(self, request: LiveScript | LoadTarget) -> object:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        data = frame(request)
        os.write(self._process.stdin.fileno(), data)
        while True:
            for answer in self._frames.feed(os.read(self._process.stdout.fileno(), 1 << 16)):
                return answer


def workers_of(pid: int) -> list[int]:
    """Return the worker processes below a process."""
    found, children = [], _children()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            waiting.append(child)
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            if b"smcheck.circumstances.worker" in words:
                found.append(child)
    return found


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def runs(pid: int) -> bool:
    """Return whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_workers(times: int) -> tuple[int, int, int, int]:
    """Kill workers at random while checks run.

    Returns:
        How many were killed, in how many checks, how many of these found the difference
        between processes, and how many processes were left behind.
    """
    draw = random.Random(1)
    killed = checks = found = left = 0
    while killed < times:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "report.json")
            process = started(BROKEN, out, "--seed", "1", "--max-examples", "30")
            seen: set[int] = set()
            while process.poll() is None:
                workers = workers_of(process.pid)
                seen |= set(workers)
                if workers and killed < times and draw.random() < 0.3:
                    try:
                        os.kill(draw.choice(workers), signal.SIGKILL)
                        killed += 1
                    except ProcessLookupError:
                        pass
                time.sleep(draw.random() / 2)
            checks += 1
            found += any(f["clause"] in ("UPD-1", "UPD-2") for f in report(out)["findings"])
            time.sleep(_GRACE_S)
            left += sum(map(runs, seen))
    return killed, checks, found, left


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with_all, without = added_seconds(asked.rounds)
    pool, bare = round_trip()
    killed, checks, found, left = kill_workers(asked.kills)
    lines = [
        f"A check of a small machine takes {with_all:.1f} s, without the circumstances of other "
        f"processes {without:.1f} s. A life of eight entries in a worker takes "
        f"{pool * 1e6:.0f} µs, over a bare pipe to such a worker {bare * 1e6:.0f} µs: a ratio of "
        f"{pool / bare:.2f}.",
        "",
        f"Worker processes were killed {killed} times at random during {checks} checks of a "
        "machine that only differs between processes: it was found in "
        f"{found} of {checks}, and {left} processes were left behind.",
    ]
    print("\n".join(lines))
    put(PAGE, "cost", lines)


if __name__ == "__main__":
    main()
