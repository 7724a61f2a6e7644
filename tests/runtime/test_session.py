"""What the host does with a session besides running bodies."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from smcheck.errors import InternalError
from smcheck.runtime.executor import Executor
from smcheck.runtime.session import Session
from smcheck.runtime.tasks import Task, TaskDied, TaskHalted, TaskStuck, Wait, current_task
from smcheck.schedule import Deviation
from smcheck.schedulers.replay import ReplayScheduler

RUN_ON = ReplayScheduler(())


def me() -> Task:
    task = current_task()
    assert task is not None
    return task


def test_alone_returns_what_the_body_returns(executor: Executor) -> None:
    with executor.session() as session:
        assert session.alone(lambda: 7) == 7


def test_alone_raises_an_exception_as_itself(executor: Executor) -> None:
    error = ValueError("x")

    def fail() -> None:
        raise error

    with executor.session() as session, pytest.raises(ValueError, match="x") as caught:
        session.alone(fail)
    assert caught.value is error


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_alone_keeps_an_exit_from_the_caller(executor: Executor, kind: type[BaseException]) -> None:
    def leave() -> None:
        raise kind

    with executor.session() as session, pytest.raises(TaskDied) as caught:
        session.alone(leave)
    assert isinstance(caught.value.cause, kind)


def test_alone_tells_what_it_waits_for(executor: Executor) -> None:
    with executor.session() as session, pytest.raises(TaskStuck) as caught:
        session.alone(lambda: me().block(Wait("signal", "Event.wait")))
    assert [w.what for w in caught.value.stuck.waiting] == ["Event.wait"]


def test_alone_that_never_ends_is_halted(executor: Executor, racy: ModuleType) -> None:
    with executor.session() as session, pytest.raises(TaskHalted, match="loop_without_points"):
        session.alone(racy.loop_without_points)


def test_alone_has_no_points(executor: Executor, racy: ModuleType) -> None:
    seen: list[int] = []

    def body() -> None:
        for _ in range(3):
            racy.Counter().inc()
        seen.append(me().machine_points)

    with executor.session() as session:
        session.alone(body)
    assert seen == [0]


def test_session_refuses_an_execution_inside_an_execution(executor: Executor) -> None:
    with executor.session() as session, pytest.raises(InternalError, match="one is"):
        session.alone(lambda: session.alone(lambda: None))


def test_point_tells_task_and_counts(executor: Executor, racy: ModuleType) -> None:
    seen: list[tuple[int, int, int]] = []

    def body(session: Session) -> Callable[[], None]:
        def run() -> None:
            session.point()
            racy.Counter()
            task = session.task()
            seen.append((task, session.points(task), session.machine_points(task)))

        return run

    with executor.session() as session:
        session.run([body(session), body(session)], RUN_ON)
    assert seen == [(0, 2, 1), (1, 2, 1)]


def test_gate_opens_when_told_of_the_change(executor: Executor) -> None:
    order: list[str] = []

    def later(session: Session) -> None:
        session.wait_until(lambda: "first" in order, reason="first comes first")
        order.append("second")

    def sooner(session: Session) -> None:
        order.append("first")
        session.changed()

    with executor.session() as session:
        execution = session.run([lambda: later(session), lambda: sooner(session)], RUN_ON)
    assert order == ["first", "second"]
    assert execution.schedule == ()


def test_gate_and_lock_make_a_cycle(executor: Executor, lock: Any) -> None:
    own = lock()

    def holder(session: Session) -> None:
        with own:
            session.wait_until(lambda: False, reason="never", holders=lambda: (1,))

    def taker() -> None:
        with own:
            pass

    with executor.session() as session:
        stuck = session.run([lambda: holder(session), taker], RUN_ON).stuck
    assert stuck is not None
    assert stuck.cycle == (0, 1)
    assert [(w.task, w.kind, w.holder) for w in stuck.waiting] == [(0, "gate", 1), (1, "lock", 0)]


def test_timeouts_pass_in_order_when_nothing_can_run(executor: Executor) -> None:
    order: list[float] = []

    def sleeper(session: Session, seconds: float) -> Callable[[], None]:
        def run() -> None:
            assert not me().block(Wait("signal", "sleep"), timeout_s=seconds)
            order.append(round(session.clock.now_s - began, 3))

        return run

    with executor.session() as session:
        began = session.clock.now_s
        execution = session.run([sleeper(session, s) for s in (3.0, 1.0, 2.0)], RUN_ON)
    assert execution.stuck is None
    assert order == [1.0, 2.0, 3.0]


def test_woken_task_does_not_time_out(executor: Executor) -> None:
    tasks: list[Task] = []
    woken: list[bool] = []

    def waiter() -> None:
        tasks.append(me())
        woken.append(me().block(Wait("signal", "Event.wait"), timeout_s=1.0))

    with executor.session() as session:
        session.run([waiter, lambda: tasks[0].wake()], RUN_ON)
    assert woken == [True]


def test_background_task_that_waits_for_work_is_not_stuck(executor: Executor) -> None:
    done: list[str] = []
    workers: list[Task] = []

    def worker() -> None:
        while True:
            me().block(Wait("signal", "Queue.get"))
            done.append("work")

    def start() -> None:
        workers.append(me().session.start_background(worker, "worker"))

    with executor.session() as session:
        session.alone(start)
        first = session.run([lambda: me().point()], RUN_ON)
        session.alone(lambda: me().block(Wait("signal", "sleep"), timeout_s=1.0))
        second = session.run([lambda: workers[0].wake()], ReplayScheduler((Deviation(0, 1, 1),)))
    assert (first.stuck, second.stuck) == (None, None)
    assert done == []
    assert second.points == (1, 0)


def test_background_task_runs_where_the_schedule_says(executor: Executor) -> None:
    done: list[str] = []

    def body() -> None:
        me().session.start_background(lambda: done.append("background"), "worker")
        me().point()
        done.append("body")

    with executor.session() as session:
        execution = session.run([body], ReplayScheduler((Deviation(0, 1, 1),)))
    assert done == ["background", "body"]
    assert execution.points == (2, 1)


def test_body_that_waits_for_a_background_task_gets_it(executor: Executor) -> None:
    def build() -> str:
        driver = me()
        got: list[str] = []

        def work() -> None:
            got.append("built")
            driver.wake()

        driver.session.start_background(work, "builder")
        driver.block(Wait("join", "Thread.join"))
        return got[0]

    with executor.session() as session:
        assert session.alone(build) == "built"


def test_endless_starting_of_threads_is_halted(executor: Executor) -> None:
    def body() -> None:
        while True:
            me().session.start_background(lambda: None, "more")

    with executor.session() as session:
        execution = session.run([body], RUN_ON)
    assert "more than 200 threads" in execution.halted


def test_threads_that_have_ended_do_not_count(executor: Executor) -> None:
    started = 0

    def body() -> None:
        nonlocal started
        for _ in range(300):
            task = me()
            task.session.start_background(task.wake, "short")
            task.block(Wait("join", "Thread.join"))
            started += 1

    with executor.session() as session:
        execution = session.run([body], RUN_ON)
    assert not execution.halted
    assert started == 300
