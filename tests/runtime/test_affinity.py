"""Threads that hand a baton around share a CPU, and nobody else is moved there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import get_ident

import pytest

from smcheck.runtime import affinity
from smcheck.runtime.affinity import AT_START, Crowding, Standing, standing, together, unpinned
from smcheck.runtime.executor import Executor
from smcheck.runtime.session import Execution
from smcheck.schedulers.replay import ReplayScheduler

Run = Callable[..., Execution]
RUN_ON = ReplayScheduler(())

linux = pytest.mark.skipif(sys.platform != "linux", reason="threads cannot be placed here")


@linux
def test_tasks_and_caller_share_one_cpu(executor: Executor) -> None:
    seen: list[Standing | None] = []
    with executor.session() as session:
        session.run([lambda: seen.append(standing())] * 2, RUN_ON)
        seen.append(standing())
    first = seen[0]
    assert first is not None
    assert len(first.cpus) == 1
    assert seen == [first] * 3


@linux
def test_process_started_by_a_task_may_use_all_cpus(executor: Executor) -> None:
    seen: list[Standing | None] = []

    def start() -> None:
        with unpinned():
            seen.append(standing())

    with executor.session() as session:
        session.alone(start)
    assert seen == [AT_START]


@linux
@pytest.mark.parametrize("worker, cpu", [("gw0", 2), ("gw1", 5), ("gw2", 7), ("gw3", 2)])
def test_test_workers_take_different_cpus(
    monkeypatch: pytest.MonkeyPatch, worker: str, cpu: int
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    placed = together(Standing({7, 2, 5}, os.SCHED_OTHER))
    assert placed == Standing(frozenset({cpu}), os.SCHED_BATCH)


@linux
def test_caller_stays_together_over_sessions(executor: Executor) -> None:
    before = standing()
    with executor.together():
        inside = standing()
        with executor.session():
            pass
        assert standing() == inside
    assert standing() == before


def test_threads_are_kept_between_executions(run: Run, executor: Executor) -> None:
    idents: list[list[int]] = []

    def bodies() -> list[Callable[[], None]]:
        seen: list[int] = []
        idents.append(seen)
        return [lambda: seen.append(get_ident())] * 2

    for _ in range(2):
        run(executor, bodies, RUN_ON)
    assert idents[0] == idents[1]
    assert len({*idents[0]}) == 2


@pytest.mark.parametrize(("cpu_s", "is_crowded"), [(0.06, False), (0.03, True)])
def test_cpu_is_crowded_where_most_of_the_time_goes_to_others(
    monkeypatch: pytest.MonkeyPatch, cpu_s: float, *, is_crowded: bool
) -> None:
    walls, cpus = iter([0.0, 0.06]), iter([0.0, cpu_s])
    monkeypatch.setattr(affinity, "_wall", lambda: next(walls))
    monkeypatch.setattr(affinity, "_cpu", lambda: next(cpus))
    crowding = Crowding()
    crowding.begin()
    assert crowding.end() is is_crowded


def test_short_executions_say_nothing_of_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    walls, cpus = iter([0.0, 0.04]), iter([0.0, 0.0])
    monkeypatch.setattr(affinity, "_wall", lambda: next(walls))
    monkeypatch.setattr(affinity, "_cpu", lambda: next(cpus))
    crowding = Crowding()
    crowding.begin()
    assert not crowding.end()


@linux
def test_threads_leave_a_crowded_cpu(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    before = standing()
    with executor.session() as session:
        session.run([lambda: None] * 2, RUN_ON)
        monkeypatch.setattr(Crowding, "end", lambda self: True)
    seen: list[Standing | None] = []
    with executor.session() as session:
        session.run([lambda: seen.append(standing())] * 2, RUN_ON)
        seen.append(standing())
    assert seen == [before] * 3
