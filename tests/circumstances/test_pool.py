"""Worker processes under supervision: what they answer, and how they are lost and replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.circumstances.settings import default_settings
from smcheck.contract.types import Result
from smcheck.host.life import Life, Script
from smcheck.plan import Command, Lookup, Prepare, Save, Update

MakePool = Callable[..., Pool]
ONE, OTHER = default_settings(1)


def asking(*queries: object, cmd: bytes = b"") -> Script:
    lookups = tuple(Lookup(number) for number in range(len(queries)))
    return Script((Command(1, cmd),), queries, (Update(0, 1), *lookups))


def answers(life: Life | WorkerLost) -> list[str]:
    assert isinstance(life, Life), life
    return [m.outcome.value.text for m in life.moments[1:] if m.outcome is not None]


def lost(life: Life | WorkerLost) -> WorkerLost:
    assert isinstance(life, WorkerLost), life
    return life


def processes() -> set[int]:
    """Return the worker processes of this one that run."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = found.stdout.splitlines()
    return {int(line.split()[0]) for line in lines if "circumstances.worker" in line}


def test_live_gives_one_life_per_setting_in_order(pool: Pool) -> None:
    lives = pool.live(asking({"a": (1, b"\xff")}, "under"))
    assert [answers(life)[0] for life in lives] == ["{'a': (1, b'\\xff')}"] * 2
    for life, setting in zip(lives, (ONE, OTHER), strict=True):
        assert isinstance(life, Life)
        assert life.results == (Result(2**64 - 1, b""),)
        under = answers(life)[1]
        assert f"'{setting.zone}'" in under
        assert f"/work/{setting.folder}'" in under
        assert str(setting.process_id) in under


def test_file_that_starts_a_check_when_it_is_imported_is_refused(
    make_pool: MakePool, tmp_path: Path
) -> None:
    file = tmp_path / "eager.py"
    file.write_text(
        "import smcheck\nfrom tests.testing.machines import counter as subject\n"
        "smcheck.check(subject, max_examples=1)\n"
    )
    [life] = make_pool(ONE, target=f"{file}:subject").live(asking(1))
    assert 'put the call under `if __name__ == "__main__":`' in lost(life).reason


def test_live_carries_the_image(pool: Pool) -> None:
    [life, _] = pool.live(Script((), (), (Prepare(), Save())))
    assert isinstance(life, Life)
    assert life.image == b"\x00\xff"


def test_live_under_other_settings_in_the_same_workers(pool: Pool) -> None:
    pool.live(asking(1))  # whichever test comes first has the workers started
    before = processes()
    under = [answers(life) for life in pool.live(asking(1), settings=(OTHER, ONE))]
    assert under == [["1"], ["1"]]
    assert processes() == before


def test_worker_does_not_import_hypothesis(pool: Pool) -> None:
    assert [answers(life) for life in pool.live(asking("imports"))] == [["False"], ["False"]]


def test_machine_gets_an_empty_folder_and_an_empty_working_directory(pool: Pool) -> None:
    for _ in range(2):
        assert [answers(life) for life in pool.live(asking("folder"))] == [["[[], []]"]] * 2


def test_machine_reads_nothing_from_the_pipe(pool: Pool) -> None:
    assert [answers(life) for life in pool.live(asking("hold the input"))] == [["''"]] * 2


def folders(pid: int) -> set[Path]:
    """Return the folders of the pools of a process."""
    return set(Path("/dev/shm").glob(f"smcheck-twins-{pid}-*"))


@pytest.mark.parametrize("query", ["exit", "interrupt"])
def test_worker_survives_what_ends_a_program(pool: Pool, query: str) -> None:
    pool.live(asking(1))  # whichever test comes first has the workers started
    before = processes()
    pool.live(asking(query))
    assert [answers(life) for life in pool.live(asking(1))] == [["1"], ["1"]]
    assert processes() == before


def test_several_lives_may_be_under_way(pool: Pool) -> None:
    pending = [pool.live_soon(asking(number)) for number in range(5)]
    assert [answers(p.wait_answers()[0]) for p in pending] == [[str(n)] for n in range(5)]


def test_worker_that_ends_is_lost_and_replaced(make_pool: MakePool) -> None:
    pool = make_pool(ONE)
    loss = lost(pool.live(asking(cmd=b"die"))[0])
    assert (loss.reason, loss.operation) == ("the worker ended with exit status 9", "update")
    assert "printed by update" in loss.stderr
    assert loss.died
    assert answers(pool.live(asking(2))[0]) == ["2"]


def test_worker_that_somebody_kills_is_replaced_and_asked_again(make_pool: MakePool) -> None:
    pool = make_pool(ONE)
    before = processes()
    assert answers(pool.live(asking(1))[0]) == ["1"]
    [pid] = processes() - before
    os.kill(pid, signal.SIGKILL)
    assert answers(pool.live(asking(1))[0]) == ["1"]
    assert answers(pool.live(asking(2))[0]) == ["2"]


def test_worker_that_computes_without_end_is_lost_and_replaced(make_pool: MakePool) -> None:
    pool = make_pool(ONE, timeout_s=6)
    loss = lost(pool.live(asking("hang"))[0])
    assert loss.operation == "lookup"
    assert "in Unruly.lookup: while True:" in loss.reason
    assert loss.died
    assert answers(pool.live(asking(2))[0]) == ["2"]


def test_worker_that_holds_the_interpreter_is_killed_and_replaced(make_pool: MakePool) -> None:
    pool = make_pool(ONE, timeout_s=1)
    loss = lost(pool.live(asking("hold the interpreter"))[0])
    assert (loss.reason, loss.operation) == ("the worker did not answer within 1 s", "lookup")
    assert answers(pool.live(asking(2))[0]) == ["2"]


def test_workers_may_use_every_cpu_although_the_caller_is_pinned(make_pool: MakePool) -> None:
    allowed = os.sched_getaffinity(0)
    before = processes()
    try:
        os.sched_setaffinity(0, {min(allowed)})
        pool = make_pool(ONE)
        assert answers(pool.live(asking(2))[0]) == ["2"]
    finally:
        os.sched_setaffinity(0, allowed)
    [pid] = processes() - before
    assert os.sched_getaffinity(pid) == allowed


def test_target_that_cannot_be_imported_loses_every_life(
    make_pool: MakePool, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("print('so far')\nraise ValueError('no')\n")
    pool = make_pool(ONE, target=f"{tmp_path}/broken.py:found")
    for _ in range(3):
        loss = lost(pool.live(asking(1))[0])
        assert "got ValueError: no at" in loss.reason
        assert loss.stderr == "so far"


def test_factory_that_raises_loses_the_life_and_not_the_worker(
    make_pool: MakePool, tmp_path: Path
) -> None:
    (tmp_path / "refusing.py").write_text(
        "import smcheck\ndef make(): raise ValueError('not today')\n"
        "found = smcheck.Subject(machine=make, commands=1, queries=1)\n"
    )
    loss = lost(make_pool(ONE, target=f"{tmp_path}/refusing.py:found").live(asking(1))[0])
    assert loss.reason == "construction: raise ValueError('not today')"
    assert not loss.died


def test_close_leaves_no_process_and_no_folder(make_pool: MakePool) -> None:
    before, kept = processes(), folders(os.getpid())
    pool = make_pool(ONE, timeout_s=60)
    assert answers(pool.live(asking(1))[0]) == ["1"]
    pending = pool.live_soon(asking("hang"))
    pool.close()
    assert lost(pending.wait_answers()[0]).reason == "the pool is closed"
    assert lost(pool.live(asking(1))[0]).reason == "the pool is closed"
    assert processes() == before
    assert folders(os.getpid()) == kept


def test_workers_end_with_their_parent_even_in_the_middle_of_a_call(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal, subprocess, time\n"
        "from smcheck.circumstances.settings import default_settings\n"
        "from smcheck.circumstances.pool import Pool\n"
        "from smcheck.host.life import Script\n"
        "from smcheck.plan import Lookup\n"
        f"pool = Pool({str(Path(__file__).parent)!r} + '/specimens/unruly.py:unruly', "
        "default_settings(1), timeout_s=60)\n"
        "pool.live(Script((), (1,), (Lookup(0),)))\n"
        "pool.live_soon(Script((), ('hang',), (Lookup(0),)))\n"
        "time.sleep(0.2)\n"
        "own = os.getpid()\n"
        "print(own, subprocess.run(['ps', '-ww', '-o', 'pid=,args=', '--ppid', str(own)],"
        "    capture_output=True, text=True).stdout, sep='\\n', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if "circumstances.worker" in line]
    workers = [int(line.split()[0]) for line in lines]
    assert len(workers) == 2, done
    deadline = time.monotonic() + 20
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, workers))
    assert not folders(int(done.stdout.split()[0]))


def is_running(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_folders_are_where_a_supervisor_looks_for_them(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMCHECK_SCRATCH", str(tmp_path))
    pool = make_pool()
    answers(pool.live(asking(1))[0])
    assert [place.name.startswith("smcheck-twins-") for place in tmp_path.iterdir()] == [True]
    pool.close()
    assert list(tmp_path.iterdir()) == []
