"""Replay one witness and exit as ``smcheck replay`` does; see test_detection.

With a number behind the witness it is replayed in that many forks of this process, and printed
is how many of them failed as the witness says.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from smcheck.engine.replay import Status, replay
from smcheck.engine.witness import load_witness
from smcheck.target import resolve

EXITS = {Status.FIXED: 0, Status.FAILS: 1, Status.CANNOT: 4, Status.DIFFERS: 5}


def replay_here(path: Path) -> int:
    """Replay in this process and return the exit status."""
    witness = load_witness(path)
    outcome = replay(witness, resolve(witness.target, folder=Path(witness.folder)), tells=False)
    print(outcome.status, outcome.reason)
    return EXITS[outcome.status]


def replay_in_forks(path: Path, times: int) -> int:
    """Replay in forks of this process, one after another, and return how many failed alike."""
    witness = load_witness(path)
    resolve(witness.target, folder=Path(witness.folder))  # imported once, for all of them
    return sum(_status_of_fork(path) == 1 for _ in range(times))


def _status_of_fork(path: Path) -> int:
    child = os.fork()
    if not child:
        status = 3
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            status = replay_here(path)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(replay_in_forks(Path(sys.argv[1]), int(sys.argv[2])))
    else:
        sys.exit(replay_here(Path(sys.argv[1])))
