"""Executions follow one another on the tasks' own threads, and end as single ones do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from smcheck.runtime.executor import Executor
from smcheck.runtime.pool import locked
from smcheck.runtime.series import Round, Step
from smcheck.runtime.session import Execution
from smcheck.runtime.tasks import TaskHalted, TaskStuck, current_task
from smcheck.runtime.traced import Traced
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.replay import ReplayScheduler

Bodies = Sequence[Callable[[], object]]


class Steps:
    """Set the same bodies up so often, and keep what was made of them."""

    def __init__(self, bodies: Callable[[int], Bodies], *, times: int) -> None:
        self.made: list[Execution] = []
        self.threads: list[int] = []
        self._bodies = bodies
        self._times = times
        self._begun = 0

    def __call__(self, made: Execution | None) -> Bodies | None:
        self.threads.append(threading.get_ident())
        if made is not None:
            self.made.append(made)
        if self._begun == self._times:
            return None
        self._begun += 1
        return self._bodies(self._begun)


def under(scheduler: Scheduler, steps: Steps) -> Step:
    """Return the step that runs what ``steps`` sets up under one scheduler."""

    def step(made: Execution | None) -> Round | None:
        bodies = steps(made)
        return None if bodies is None else Round(bodies, scheduler)

    return step


def test_points_are_noted_where_that_is_asked_for(executor: Executor, racy: Any) -> None:
    noted = []
    records = iter([False, True, True, False])

    def step(made: Execution | None) -> Round | None:
        if made is not None:
            noted.append(len(made.steps))
        record = next(records, None)
        if record is None:
            return None
        return Round([racy.Counter().inc] * 2, ReplayScheduler(()), record)

    executor.repeat(step)
    assert noted[0] == noted[3] == 0
    assert noted[1] == noted[2] > 0


def test_executions_are_those_of_single_runs(executor: Executor, racy: Any) -> None:
    def bodies(_: int) -> Bodies:
        counter = racy.Counter()
        return [counter.inc, counter.inc]

    steps = Steps(bodies, times=30)
    executor.repeat(under(RandomWalkScheduler(7), steps))
    scheduler = RandomWalkScheduler(7)
    single = []
    for _ in range(30):
        with executor.session() as session:
            single.append(session.run(session.alone(lambda: bodies(0)), scheduler))
    assert [e.schedule for e in steps.made] == [e.schedule for e in single]
    assert [e.points for e in steps.made] == [e.points for e in single]


def test_next_one_is_set_up_on_a_thread_that_ended_one(executor: Executor) -> None:
    ran: set[int] = set()

    def bodies(_: int) -> Bodies:
        return [lambda: ran.add(threading.get_ident())] * 2

    steps = Steps(bodies, times=9)
    executor.repeat(under(RandomWalkScheduler(1), steps))
    assert set(steps.threads[1:]) <= ran
    assert threading.get_ident() not in ran


def test_number_of_tasks_may_change(executor: Executor) -> None:
    steps = Steps(lambda n: [int] * n, times=4)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [len(e.points) for e in steps.made] == [1, 2, 3, 4]


def test_what_a_body_raises_is_kept(executor: Executor) -> None:
    def bodies(number: int) -> Bodies:
        return [lambda: number // (number - 2)]

    steps = Steps(bodies, times=3)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [type(e.errors[0]) for e in steps.made] == [type(None), ZeroDivisionError, type(None)]


def test_tasks_that_wait_for_ever_end_one_execution_and_not_the_series(executor: Executor) -> None:
    def bodies(number: int) -> Bodies:
        lock = threading.Lock()

        def twice() -> None:
            with lock:
                if number == 2:
                    lock.acquire()

        return [twice, twice]

    steps = Steps(bodies, times=4)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [e.stuck is not None for e in steps.made] == [False, True, False, False]


def test_an_execution_after_a_deadlock_begins_on_a_thread_of_the_one_before(
    executor: Executor, racy: Any
) -> None:
    ran: set[int] = set()

    def bodies(_: int) -> Bodies:
        first, second = threading.Lock(), threading.Lock()

        def both(one: Any, other: Any) -> None:
            ran.add(threading.get_ident())
            with one:
                session_point()
                with other:
                    pass

        return [partial(both, first, second), partial(both, second, first)]

    def session_point() -> None:
        task = current_task()
        assert task is not None
        task.point()

    steps = Steps(bodies, times=20)
    executor.repeat(under(RandomWalkScheduler(1), steps))
    stuck = [e for e in steps.made if e.stuck is not None]
    assert 3 < len(stuck) < 20
    assert all(e.stuck is not None and len(e.stuck.cycle) == 2 for e in stuck)
    assert set(steps.threads[1:]) <= ran
    scheduler = RandomWalkScheduler(1)
    single = []
    for _ in range(20):
        with executor.session() as session:
            single.append(session.run(session.alone(lambda: bodies(0)), scheduler))
    assert [e.schedule for e in steps.made] == [e.schedule for e in single]
    assert [e.points for e in steps.made] == [e.points for e in single]
    assert [e.stuck is None for e in steps.made] == [e.stuck is None for e in single]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_task_of_a_deadlock_that_cannot_be_unwound_ends_that_execution_only(which: int) -> None:
    def bodies(number: int) -> Bodies:
        event = threading.Event()
        real = locked()

        def wait(position: int) -> None:
            try:
                event.wait()
            finally:
                if position == which and number == 2:
                    real.acquire()  # nobody knows of it, nobody releases it

        return [partial(wait, position) for position in range(3)]

    executor = Executor(Traced.of([]), timeout_s=0.2)
    steps = Steps(bodies, times=4)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [e.stuck is not None for e in steps.made] == [True] * 4
    assert [bool(e.halted) for e in steps.made] == [False, True, False, False]
    executor.close()


@pytest.mark.parametrize("which", [0, 1])
def test_a_task_that_swallows_being_unwound_is_done_without(
    executor: Executor, racy: Any, which: int
) -> None:
    def bodies(number: int) -> Bodies:
        event = threading.Event()
        stubborn = partial(racy.swallow, event.wait)
        return [stubborn if number == 2 and n == which else event.wait for n in range(2)]

    steps = Steps(bodies, times=4)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [e.stuck is not None for e in steps.made] == [True] * 4


def test_what_is_woken_by_a_task_that_is_unwound_does_not_go_on(executor: Executor) -> None:
    went_on: list[int] = []

    def bodies(number: int) -> Bodies:
        lock, event = threading.Lock(), threading.Event()

        def hold() -> None:
            with lock:
                event.wait()

        def follow() -> None:
            with lock:
                went_on.append(number)

        return [hold, follow, follow]

    steps = Steps(bodies, times=3)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert [e.stuck is not None for e in steps.made] == [True] * 3
    assert went_on == []


def test_threads_that_are_left_running_do_not_reach_the_next_one(executor: Executor) -> None:
    seen: list[int] = []

    def bodies(number: int) -> Bodies:
        event = threading.Event()

        def work() -> None:
            event.wait()
            seen.append(number)

        def leave() -> None:
            threading.Thread(target=work).start()

        return [leave]

    steps = Steps(bodies, times=3)
    executor.repeat(under(ReplayScheduler(()), steps))
    assert len(steps.made) == 3
    assert seen == []


def test_setting_up_may_wait_for_threads_of_its_own(executor: Executor) -> None:
    made: list[int] = []

    def bodies(number: int) -> Bodies:
        thread = threading.Thread(target=lambda: made.append(number))
        thread.start()
        thread.join()
        return [int]

    executor.repeat(under(ReplayScheduler(()), Steps(bodies, times=3)))
    assert made == [1, 2, 3]


def test_setting_up_that_raises_ends_the_series(executor: Executor) -> None:
    def bodies(number: int) -> Bodies:
        return [int][: 1 // (3 - number)]

    steps = Steps(bodies, times=5)
    with pytest.raises(ZeroDivisionError):
        executor.repeat(under(ReplayScheduler(()), steps))
    assert len(steps.made) == 2
    after = Steps(lambda _: [int], times=2)
    executor.repeat(under(ReplayScheduler(()), after))
    assert len(after.made) == 2


@pytest.mark.parametrize("at", [1, 2])
def test_setting_up_that_waits_for_ever_is_told(executor: Executor, at: int) -> None:
    def bodies(number: int) -> Bodies:
        if number == at:
            threading.Event().wait()
        return [int]

    with pytest.raises(TaskStuck):
        executor.repeat(under(ReplayScheduler(()), Steps(bodies, times=3)))
    after = Steps(lambda _: [int, int], times=2)
    executor.repeat(under(RandomWalkScheduler(1), after))
    assert len(after.made) == 2


def test_setting_up_that_blocks_is_told() -> None:
    executor = Executor(Traced.of([]), timeout_s=0.2)
    real = threading.Lock()
    real.acquire()

    def bodies(number: int) -> Bodies:
        if number == 2:
            real.acquire()
        return [int]

    with pytest.raises(TaskHalted):
        executor.repeat(under(ReplayScheduler(()), Steps(bodies, times=3)))
    executor.close()


def test_time_begins_anew_in_each(executor: Executor) -> None:
    seen: list[float] = []

    def work() -> None:
        time.sleep(5)
        seen.append(time.monotonic())

    executor.repeat(under(ReplayScheduler(()), Steps(lambda _: [work], times=3)))
    assert len(seen) == 3
    assert len(set(seen)) == 1
