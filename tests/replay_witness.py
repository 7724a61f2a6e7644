"""Replay one witness in this process and exit as ``smcheck replay`` does; see test_detection."""

from __future__ import annotations

import sys
from pathlib import Path

from smcheck.engine.replay import Status, replay
from smcheck.engine.witness import load_witness
from smcheck.target import resolve

EXITS = {Status.FIXED: 0, Status.FAILS: 1, Status.CANNOT: 4, Status.DIFFERS: 5}

if __name__ == "__main__":
    witness = load_witness(Path(sys.argv[1]))
    outcome = replay(witness, resolve(witness.target, folder=Path(witness.folder)))
    print(outcome.status, outcome.reason)
    sys.exit(EXITS[outcome.status])
