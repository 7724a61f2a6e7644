"""What the tests of the store do in processes of their own: ``python -m`` this, and an act.

An act begins when a line comes in, so that several can begin together.
"""

from __future__ import annotations

import json
import os
import random
import resource
import select
import signal
import subprocess
import sys
from pathlib import Path

from smcheck.campaign.records import Effort, Progress
from smcheck.campaign.store import Store
from smcheck.errors import StoreError
from tests.campaign.store.made import TARGET, run, sighting

KILLS = 50


def write(folder: Path, number: str) -> None:
    """Meet each of five findings in ten turns."""
    with Store.open(folder) as store:
        run_id = number * 16
        store.begin_run(run(run_id))
        for turn in range(10):
            for name in range(5):
                store.note_finding(run_id, sighting(str(name), stint=(0, turn)))
            store.add_features(TARGET, "lines", range(turn * 10))


def be_killed(folder: Path, seed: str) -> None:
    """Have writers killed at random instants, and say what they had said to be done."""
    draw = random.Random(int(seed))
    done = [name for number in range(KILLS) for name in _killed_writer(folder, number, draw)]
    print(json.dumps(done))


def be_killed_creating(folder: Path, seed: str) -> None:
    """Have those killed who make a store, and say how many stores are no good afterwards."""
    draw = random.Random(int(seed))
    for number in range(KILLS):
        child = os.fork()
        if child == 0:
            Store.open(folder / str(number))
            signal.pause()
        # Opening takes some milliseconds, most of them waiting for the disk.
        select.select([], [], [], draw.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with Store.open(folder / str(number)) as store:
            store.begin_run(run())
    print(json.dumps(KILLS))


def fill_disk(folder: Path, kind: str) -> None:
    """Write until there is no room, say what came, make room and write again."""
    said: dict[str, object] = {}
    with Store.open(folder) as store:
        store.begin_run(run())
        _limit(store, kind, is_on=True)
        names = map(str, range(100_000))
        noted = 0
        try:
            for name in names:
                store.note_finding("a" * 16, sighting(name, stacks="x" * 5000))
                noted += 1
        except StoreError as error:
            said["error"] = str(error)
        said["then"] = len(store.findings()) == noted > 0
        _limit(store, kind, is_on=False)
        store.note_finding("a" * 16, sighting("after"))
        said["after"] = len(store.findings()) - noted
    with Store.open(folder) as store:
        said["reopened"] = len(store.findings()) - noted
    print(json.dumps(said))


def work(folder: Path, seconds: str) -> None:
    """Begin a run, start a worker, say its number, and work until the end of time."""
    store = Store.open(folder)
    store.begin_run(run())
    print(subprocess.Popen(["sleep", seconds], stdout=subprocess.DEVNULL).pid, flush=True)
    signal.pause()


def _killed_writer(folder: Path, number: int, draw: random.Random) -> list[str]:
    """Return the names of findings that a writer had noted when it was killed."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _write_on(folder, number, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        text = b""
        wanted = draw.randrange(6)
        while text.count(b"\n") < wanted:
            text += os.read(told.fileno(), 64)
        select.select([], [], [], draw.uniform(0.0, 0.004))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        text += told.read()
    # A line is short enough for a pipe to take it whole.
    return text.decode().split()


def _write_on(folder: Path, number: int, out: int) -> None:
    store = Store.open(folder)
    run_id = f"{number:016x}"
    store.begin_run(run(run_id))
    for turn in range(1_000_000):
        store.note_finding(run_id, sighting(f"{number}.{turn}", stint=(0, turn)))
        os.write(out, b"%d.%d\n" % (number, turn))
        store.note_progress(run_id, Progress(target=TARGET, at_s=turn, effort=Effort(plans=1)))


def _limit(store: Store, kind: str, *, is_on: bool) -> None:
    if kind == "pages":
        with store.database.reading() as db:
            db.execute(f"PRAGMA max_page_count = {60 if is_on else 1_000_000}")
    else:
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000 if is_on else most, most))


if __name__ == "__main__":
    sys.stdin.readline()
    globals()[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
