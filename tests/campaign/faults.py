"""Kill campaigns and their workers at random moments, and hold their store to its promises.

    python -m tests.campaign.faults --kills 200      as docs/fuzz.md has it

Each round begins a campaign of the same subjects on the same store and kills a worker, or the
supervisor, after a drawn time. After each: what the store knew before it still knows, nothing is
there twice, SQLite finds nothing wrong, and no process is left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaign.campaigns import (
    HOSTILE,
    findings,
    is_sound,
    names,
    processes_of,
    start,
    wait_until,
    workers_of,
)

TARGETS = (
    "examples/quickstart.py:inventory", "tests/buggy/kept_entry.py:subject",
    "tests/buggy/half_transfer.py:subject", "tests/fixed/kept_entry.py:subject",
    *(f"{HOSTILE}:{name}" for name in ("segfaults", "exits", "forks", "tame")),
)  # fmt: skip
_LONGEST_S = 6.0


@dataclass
class Tally:
    """What many kills came to."""

    supervisors: int = 0
    workers: int = 0
    found: list[tuple[str, str]] = field(default_factory=list)


def kill_many(store: Path, *, kills: int, seed: int, targets: tuple[str, ...] = TARGETS) -> Tally:
    """Kill so often, and look after each kill.

    Raises:
        AssertionError: A promise was broken.
    """
    rng, tally = random.Random(seed), Tally()
    while tally.supervisors + tally.workers < kills:
        process = start(store, *targets, "--time", "10m", "--jobs", 2)
        try:
            wait_until(lambda: (store / "store.db").exists(), what="begun")
            for _ in range(rng.randint(0, 3)):
                time.sleep(rng.uniform(0, _LONGEST_S))
                tally.workers += _kill_worker(store, rng)
            time.sleep(rng.uniform(0, _LONGEST_S))
            before = set(names(store))
            process.kill()
            tally.supervisors += 1
        finally:
            process.kill()
            process.communicate()
        wait_until(lambda: processes_of(store) == [], what="cleared up")
        _require_whole(store, before)
    tally.found = names(store)
    return tally


def _kill_worker(store: Path, rng: random.Random) -> int:
    """Kill one of the processes that work now; return how many that were."""
    workers = workers_of(store)
    if not workers:
        return 0
    with suppress(ProcessLookupError):
        os.kill(rng.choice(workers), signal.SIGKILL)
        return 1
    return 0


def _require_whole(store: Path, before: set[tuple[str, str]]) -> None:
    assert is_sound(store), "PRAGMA integrity_check"
    after = names(store)
    assert before <= set(after), f"lost: {before - set(after)}"
    assert len(after) == len(set(after)), "a finding is there twice"
    signatures = [(one.target, name) for one in findings(store) for name in one.signatures]
    assert len(signatures) == len(set(signatures)), "a signature belongs to two findings"


def main() -> None:
    """Kill as often as asked and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tally = kill_many(Path(name) / "store", kills=asked.kills, seed=asked.seed)
    print(f"{tally.supervisors} supervisors and {tally.workers} workers killed, nothing lost")
    for target, signature in tally.found:
        print(" ", target, signature)


if __name__ == "__main__":
    main()
