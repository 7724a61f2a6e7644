"""Modelled primitives say what the real ones say, and waiting is exact."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from smcheck.runtime.clock import Clock
from smcheck.runtime.executor import Executor
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.session import Execution
from smcheck.runtime.tasks import TaskStuck
from smcheck.runtime.traced import Traced
from smcheck.schedule import Deviation
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.replay import ReplayScheduler
from tests.runtime import waiting as names

RUN_ON = ReplayScheduler(())
SCRIPTS = [script.__name__ for script in names.SCRIPTS]


@pytest.fixture(scope="module")
def controlled(waiting: ModuleType) -> Iterator[Executor]:
    executor = Executor(Traced.of(["waiting"]), timeout_s=1.0)
    yield executor
    executor.close()


@pytest.fixture
def alone(controlled: Executor) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    with controlled.session(clock=Clock()) as session:
        yield session.alone


def said_by(script: Callable[[Callable[..., None]], None]) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    script(lambda *values: said.append(values))
    return said


@pytest.mark.parametrize("name", SCRIPTS)
def test_modelled_primitives_say_what_real_ones_say(
    name: str, waiting: ModuleType, alone: Callable[[Callable[[], Any]], Any]
) -> None:
    script = getattr(waiting, name)
    assert alone(lambda: said_by(script)) == said_by(getattr(names, name))


@pytest.mark.parametrize("name", SCRIPTS)
def test_modelled_primitives_work_under_any_schedule(
    name: str, waiting: ModuleType, controlled: Executor
) -> None:
    expected = said_by(getattr(names, name))
    for seed in range(5):
        said: list[list[tuple[object, ...]]] = []

        def body(said: list[list[tuple[object, ...]]] = said) -> None:
            said.append(said_by(getattr(waiting, name)))

        with controlled.session(clock=Clock()) as session:
            execution = session.run([body], RandomWalkScheduler(seed))
        assert (execution.stuck, execution.halted, execution.errors) == (None, "", (None,))
        assert said == [expected]


def execute(
    controlled: Executor, make: Callable[[], list[Callable[[], object]]], *deviations: Deviation
) -> Execution:
    with controlled.session(clock=Clock()) as session:
        bodies = session.alone(make)
        return session.run(bodies, ReplayScheduler(deviations))


def stuck_of(controlled: Executor, make: Callable[[], list[Callable[[], object]]]) -> Execution:
    for seed in range(200):
        with controlled.session(clock=Clock()) as session:
            bodies: Any = session.alone(make)
            execution = session.run(bodies, RandomWalkScheduler(seed))
        if execution.stuck is not None:
            return execution
    raise AssertionError("no deadlock in 200 executions")


@pytest.mark.parametrize("make", ["Lock", "RLock"])
def test_locks_in_two_orders_are_a_cycle(
    make: str, waiting: ModuleType, controlled: Executor
) -> None:
    def bodies() -> list[Callable[[], object]]:
        bank = waiting.Bank(getattr(waiting, make))
        return [lambda: bank.move(0, 1), lambda: bank.move(1, 0)]

    stuck = stuck_of(controlled, bodies).stuck
    assert stuck is not None
    assert sorted(stuck.cycle) == [0, 1]
    for waits in stuck.waiting:
        assert (waits.kind, waits.what, waits.holder) == ("lock", make, 1 - waits.task)
        assert waits.location is not None
        assert waits.taken_at is not None
        assert waits.location.line == waits.taken_at.line + 1
        assert waits.taken_at.function == "Bank.move"


def test_lock_taken_twice_is_a_cycle_of_one(waiting: ModuleType, controlled: Executor) -> None:
    def bodies() -> list[Callable[[], object]]:
        lock = waiting.Lock()
        return [lambda: waiting.take_twice(lock)]

    execution = execute(controlled, bodies)
    assert execution.stuck is not None
    assert execution.stuck.cycle == (0,)


def test_lock_whose_holder_ended_is_a_cycle_of_the_waiter(
    waiting: ModuleType, controlled: Executor
) -> None:
    def bodies() -> list[Callable[[], object]]:
        lock = waiting.Lock()
        return [lock.acquire, lock.acquire]

    execution = execute(controlled, bodies)
    assert execution.stuck is not None
    assert execution.stuck.cycle == (1,)


@pytest.mark.parametrize("quietly", [True, False])
def test_missing_notify_is_a_lost_signal(
    quietly: bool, waiting: ModuleType, controlled: Executor
) -> None:
    def bodies() -> list[Callable[[], object]]:
        box = waiting.Box()
        return [box.get, lambda: box.put(quietly=quietly)]

    execution = execute(controlled, bodies)
    if not quietly:
        assert execution.stuck is None
        return
    assert execution.stuck is not None
    assert execution.stuck.cycle == ()
    (waits,) = execution.stuck.waiting
    assert (waits.kind, waits.what, waits.holder) == ("signal", "Condition.wait", None)


@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("Queue.get", lambda m: m.Queue().get),
        ("SimpleQueue.get", lambda m: m.SimpleQueue().get),
        ("Event.wait", lambda m: m.Event().wait),
        ("Semaphore.acquire", lambda m: m.Semaphore(0).acquire),
        ("Barrier.wait", lambda m: m.Barrier(2).wait),
        ("Future.result", lambda m: m.Future().result),
    ],
)
def test_waiting_for_nobody_is_named_by_what_was_called(
    what: str, make: Callable[[ModuleType], Any], waiting: ModuleType, controlled: Executor
) -> None:
    execution = execute(controlled, lambda: [make(waiting)])
    assert execution.stuck is not None
    assert [waits.what for waits in execution.stuck.waiting] == [what]
    assert execution.stuck.cycle == ()


def test_two_threads_that_join_each_other_are_a_cycle(
    waiting: ModuleType, controlled: Executor
) -> None:
    def body() -> None:
        both: list[threading.Thread] = []
        both.extend(waiting.Thread(target=lambda i=i: both[1 - i].join()) for i in range(2))
        for thread in both:
            thread.start()
        both[0].join()

    execution = execute(controlled, lambda: [body])
    assert execution.stuck is not None
    assert set(execution.stuck.cycle) == {1, 2}


def test_lock_held_at_the_end_of_a_session_is_free_in_the_next(
    waiting: ModuleType, controlled: Executor
) -> None:
    for _ in range(2):
        assert execute(controlled, lambda: [waiting.LOCK.acquire]).stuck is None


def test_timeout_fires_only_when_nothing_can_run(waiting: ModuleType, controlled: Executor) -> None:
    answers: list[bool] = []

    def bodies() -> list[Callable[[], object]]:
        lock = waiting.Lock()

        def hold() -> None:
            with lock:
                for _ in range(50):
                    waiting.time.sleep(0)

        return [hold, lambda: answers.append(lock.acquire(timeout=0.000_001))]

    execute(controlled, bodies, Deviation(0, 20, 1))
    assert answers == [True]


@pytest.mark.parametrize("cls", [Lock, RLock])
def test_modelled_lock_is_a_real_one_on_other_threads(cls: type[Any]) -> None:
    lock = cls()
    with lock:
        other = threading.Thread(target=lambda: answers.append(lock.acquire(timeout=0.01)))
        answers: list[bool] = []
        other.start()
        other.join()
    assert answers == [False]
    assert lock.acquire(timeout=0.01)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


def test_lock_of_a_task_is_given_up_outside(waiting: ModuleType, controlled: Executor) -> None:
    with controlled.session(clock=Clock()) as session:
        lock = session.alone(waiting.Lock)
        session.alone(lock.acquire)
        assert not lock.acquire(False)
        session.alone(lock.release)
        assert lock.acquire(False)


def test_driver_that_waits_for_ever_is_told(waiting: ModuleType, controlled: Executor) -> None:
    with controlled.session(clock=Clock()) as session, pytest.raises(TaskStuck) as caught:
        session.alone(lambda: waiting.Event().wait())
    assert [waits.what for waits in caught.value.stuck.waiting] == ["Event.wait"]


@pytest.mark.parametrize("error", [SystemExit(3), ValueError("x")])
def test_thread_ends_by_what_it_raises(
    error: BaseException, waiting: ModuleType, controlled: Executor
) -> None:
    def fail() -> None:
        raise error

    def body() -> None:
        thread = waiting.Thread(target=fail)
        thread.start()
        thread.join()
        assert not thread.is_alive()

    execution = execute(controlled, lambda: [body])
    assert execution.errors == (None,)


def test_two_tasks_may_import_and_compute_the_same_thing(
    waiting: ModuleType, controlled: Executor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_waiting.py").write_text("VALUE = 3\n")
    monkeypatch.syspath_prepend(tmp_path)

    def bodies() -> list[Callable[[], object]]:
        lazy = waiting.Lazy()
        return [lambda: (lazy.value, waiting.import_late())] * 2

    for seed in range(20):
        sys.modules.pop("late_waiting", None)
        with controlled.session(clock=Clock()) as session:
            made: Any = session.alone(bodies)
            execution = session.run(made, RandomWalkScheduler(seed))
        assert (execution.stuck, execution.halted, execution.errors) == (None, "", (None, None))
    sys.modules.pop("late_waiting", None)
