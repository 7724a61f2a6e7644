"""Several processes at one store, processes that are killed, and disks that are full."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from smcheck.campaign.records import Status
from smcheck.campaign.store import Store
from smcheck.errors import UsageError
from tests.campaign.store.made import A, run, sighting, signature

ROOT = Path(__file__).parents[3]


def start(act: str, folder: Path, word: object) -> subprocess.Popen[str]:
    """Start an act; it begins when a line is written to it."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.store.acting", act, str(folder), str(word)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> object:
    """Let an act begin and return what it said."""
    out, _ = process.communicate("\n", timeout=100)
    assert process.returncode == 0
    return json.loads(out or "null")


def is_sound(folder: Path) -> bool:
    """Return whether SQLite finds nothing wrong with a store."""
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        checks = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
        return [connection.execute(one).fetchall() for one in checks] == [[("ok",)], []]


def test_processes_at_one_store_lose_nothing(tmp_path: Path) -> None:
    writers = [start("write", tmp_path, number) for number in range(4)]
    waiting = [Thread(target=said, args=[one]) for one in writers]
    for one in waiting:
        one.start()
    for one in waiting:
        one.join()
    assert [one.returncode for one in writers] == [0, 0, 0, 0]
    with Store.open(tmp_path) as store:
        found = store.findings()
        assert {one.signature for one in found} == {signature(str(n)) for n in range(5)}
        assert [(one.count, one.status) for one in found] == [(40, Status.KNOWN)] * 5
        met = [one.status for each in store.runs() for one in store.met(each.id)]
        assert (met.count(Status.NEW), met.count(Status.KNOWN)) == (5, 15)
        assert store.features_of("m.py:stock") == {"lines": set(range(90))}
    assert is_sound(tmp_path)


def test_threads_at_one_store_lose_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.begin_run(run())

        def write(chain: int) -> None:
            for turn in range(20):
                store.note_finding(A, sighting(stint=(chain, turn)))

        threads = [Thread(target=write, args=[chain]) for chain in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert [one.count for one in store.findings()] == [80]


def test_killed_writer_loses_nothing_that_was_noted(tmp_path: Path) -> None:
    noted = said(start("be_killed", tmp_path, 1))
    assert isinstance(noted, list)
    assert len(noted) > 50
    assert is_sound(tmp_path)
    with Store.open(tmp_path) as store:
        found = store.findings()
        assert {signature(name) for name in noted} - {one.signature for one in found} == set()
        assert {one.count for one in found} == {1}
        # What was on the disk and not yet said is at most one finding for each that was killed.
        assert len(noted) <= len(found) <= len(noted) + 50


def test_killed_creator_leaves_no_half_of_a_store(tmp_path: Path) -> None:
    assert said(start("be_killed_creating", tmp_path, 1)) == 50


def test_run_is_there_to_be_taken_up_once_its_process_is_killed(tmp_path: Path) -> None:
    with start("work", tmp_path, 100) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        worker = int(process.stdout.readline())
        try:
            with Store.open(tmp_path) as store:
                assert store.last_unfinished(run().targets, None, (1, 1)) is None
                process.kill()
                process.wait()
                # The worker lives on, and is not the one who had the run.
                assert store.last_unfinished(run().targets, None, (1, 1)) == run()
        finally:
            process.kill()
            os.kill(worker, signal.SIGKILL)


@pytest.mark.parametrize("kind, why", [("pages", "disk is full"), ("bytes", "disk I/O error")])
def test_full_disk_is_said_and_loses_nothing(tmp_path: Path, kind: str, why: str) -> None:
    told = said(start("fill_disk", tmp_path, kind))
    assert isinstance(told, dict)
    error = told.pop("error")
    assert told == {"then": True, "after": 1, "reopened": 1}
    assert f"expected to use the store '{tmp_path}/store.db', could not: " in error
    assert why in error
    assert "free space on its disk" in error
    assert error.endswith("what was noted before is in it")
    assert is_sound(tmp_path)


def test_store_that_another_has_for_too_long_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smcheck.campaign.store.database.TIMEOUT_S", 0.05)
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        one.begin_run(run())
        with one.database.writing(), pytest.raises(UsageError, match="see who has it open"):
            other.note_finding(A, sighting())
        other.note_finding(A, sighting())
