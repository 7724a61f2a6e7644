"""Folders that one process left are opened in another one, each as it was kept."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from smcheck.circumstances.data import Setting
from smcheck.circumstances.forked import in_fork
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.circumstances.wire import WireLife
from smcheck.engine.processes import Processes
from smcheck.host.board import Board
from smcheck.host.life import CatchUp, Life, Observe, Open, Script
from smcheck.host.trees import Tree, read_tree
from smcheck.plan import Command, Update
from tests import specimens

TARGET = f"{dict(specimens.FIXED)['flushed_sync']}:subject"
LOG = (Command(2, b"put a 1"), Command(3, b"put b 2"))


def stored(tmp_path: Path, text: str | None) -> Tree:
    folder = tmp_path / "kept"
    folder.mkdir(exist_ok=True)
    if text is not None:
        (folder / "state.json").write_text(text)
    tree = read_tree(folder)
    assert tree is not None
    return tree


@pytest.mark.parametrize("apart", [True, False])
def test_each_tree_is_opened_as_it_was_kept(tmp_path: Path, apart: bool) -> None:
    empty = stored(tmp_path, None)
    half, whole = stored(tmp_path, '[2, {"a": 1}]'), stored(tmp_path, '[3, {"a": 1, "b": 2}]')
    folder = tmp_path / "machine"
    folder.mkdir()
    script = Script(LOG, (("all",),), (Open(), Observe(), CatchUp(), Observe()), folder=str(folder))
    with Pool(TARGET, (Setting(),)) as pool:
        lives = pool.reopen(script, [whole, empty, half], apart=apart)
    assert not isinstance(lives, WorkerLost)
    assert [shown(life) for life in lives] == [
        ("3", "{'a': 1, 'b': 2}", 0),
        ("0", "{}", 2),
        ("2", "{'a': 1}", 1),
    ]


def shown(life: Life | None) -> tuple[str, str, int]:
    assert life is not None
    assert life.moments[0].outcome is not None
    [(_, first)], [(_, last)] = life.observations
    assert last.text == "{'a': 1, 'b': 2}"
    return life.moments[0].outcome.value.text, first.text, len(life.results)


def test_open_that_raises_ends_the_life_with_its_outcome(tmp_path: Path) -> None:
    folder = tmp_path / "machine"
    folder.mkdir()
    script = Script(LOG, (), (Open(), CatchUp()), folder=str(folder))
    with Pool(TARGET, (Setting(),)) as pool:
        lives = pool.reopen(script, [stored(tmp_path, "[2, {")], apart=True)
    assert not isinstance(lives, WorkerLost)
    [life] = lives
    assert life is not None
    assert life.raised is not None
    assert life.raised.step == Open()
    assert life.raised.outcome is not None
    assert life.raised.outcome.error == "JSONDecodeError"


LIFE = WireLife((), (), b"image")


def test_fork_brings_back_what_it_gives_and_leaves_no_trace() -> None:
    trace: list[int] = []

    def body() -> WireLife:
        trace.append(1)
        return LIFE

    assert in_fork(body, timeout_s=10.0) == LIFE
    assert trace == []


def test_fork_that_dies_gives_nothing() -> None:
    def body() -> WireLife:
        os._exit(3)

    assert in_fork(body, timeout_s=10.0) is None


def test_fork_that_does_not_end_is_killed() -> None:
    def body() -> WireLife:
        time.sleep(60)
        return LIFE

    assert in_fork(body, timeout_s=0.1) is None


def test_folders_are_opened_under_a_hash_seed_that_no_check_runs_under() -> None:
    subject = specimens.load(dict(specimens.FIXED)["flushed_sync"]).subject
    processes = Processes(subject, Board.private())
    processes.target = TARGET
    pool = processes.reopener
    assert pool is not None
    assert [setting.hash_seed for setting in pool.settings] == [1]


def test_life_apart_finds_nothing_of_those_before() -> None:
    target = f"{dict(specimens.BUGGY)['shared_codes']}:subject"
    log = (Command(1, b"put a 1"), Command(2, b"put b 2"))
    script = Script(log, (), (Update(0, 1), Update(1, 2)))
    with Pool(target, (Setting(),)) as pool:

        def codes(*, apart: bool, earlier: bool = False) -> list[int]:
            lived = replace(script, earlier=earlier)
            life = pool.live_one(0, lived, Setting(), apart=apart)
            assert not isinstance(life, WorkerLost)
            return [result.value for result in life.results]

        assert codes(apart=True, earlier=True) == [2, 1]
        assert codes(apart=True) == [1, 2]
        assert codes(apart=False, earlier=True) == [2, 1]
        assert codes(apart=False) == [2, 1]
        assert codes(apart=True) == [1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_copy_of_a_worker_ends_with_it() -> None:
    with Pool(TARGET, (Setting(),)) as pool:
        pool.live(Script(LOG, (), (Update(0, 1),)))
        started = children_of(os.getpid())
        assert started
        copies = [child for one in started for child in children_of(one)]
        assert copies
    while any(is_running(copy) for copy in copies):
        os.sched_yield()


def children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task")
    return [
        int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()
    ]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
