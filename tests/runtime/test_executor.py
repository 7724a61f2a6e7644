"""The executor runs one task at a time and finds what that order can break."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType, ModuleType
from typing import Any

import pytest

from smcheck.errors import InternalError
from smcheck.runtime.affinity import standing
from smcheck.runtime.executor import Executor
from smcheck.runtime.session import Execution
from smcheck.runtime.tasks import Wait, current_task
from smcheck.runtime.traced import Traced
from smcheck.schedule import Deviation, Schedule
from smcheck.schedulers.portfolio import PortfolioScheduler
from smcheck.schedulers.protocol import Choice
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.schedulers.replay import ReplayScheduler

Run = Callable[..., Execution]
RUN_ON = ReplayScheduler(())


def first_failure(
    run: Run, executor: Executor, make: Callable[[], Any], holds: Callable[[Any], bool], limit: int
) -> tuple[int, Execution]:
    """Return the number of the first execution after which ``holds`` is false, and it."""
    scheduler = RandomWalkScheduler(1)
    made: list[Any] = []

    def bodies() -> Any:
        made[:] = make()
        return made[1:]

    for number in range(limit):
        execution = run(executor, bodies, scheduler)
        if execution.stuck or not holds(made[0]):
            return number, execution
    raise AssertionError(f"nothing found in {limit} executions")


def test_random_walk_finds_lost_update_within_20_executions(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    def make() -> Any:
        c = racy.Counter()
        return c, c.inc, c.inc

    first_failure(run, executor, make, lambda c: c.v == 2, 20)


def test_random_walk_finds_torn_read_in_one_line_within_50_executions(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    def make() -> Any:
        p = racy.Pair()
        seen: list[tuple[int, int]] = []
        return seen, p.write, lambda: seen.append(p.read())

    first_failure(run, executor, make, lambda seen: seen[0] != (0, 1), 50)


def test_random_walk_finds_lock_order_inversion_within_20_executions(
    run: Run, executor: Executor, racy: ModuleType, lock: Any
) -> None:
    def make() -> Any:
        b = racy.Bank(lock)
        return b, lambda: b.transfer(0, 1), lambda: b.transfer(1, 0)

    _, execution = first_failure(run, executor, make, lambda b: True, 20)
    stuck = execution.stuck
    assert stuck is not None
    assert sorted(stuck.cycle) == [0, 1]
    assert [(w.task, w.kind, w.what, w.holder) for w in stuck.waiting] == [
        (0, "lock", "SeamLock", 1),
        (1, "lock", "SeamLock", 0),
    ]
    assert {w.location.function for w in stuck.waiting if w.location} == {"Bank.transfer"}


def test_running_on_makes_no_deviation_and_no_bug(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    c = racy.Counter()
    execution = run(executor, lambda: [c.inc, c.inc], RUN_ON)
    assert execution.schedule == ()
    assert c.v == 2
    assert [(s.task, s.to, s.reason) for s in execution.switches] == [
        (-1, 0, "chosen"),
        (0, 1, "ended"),
    ]


def test_one_deviation_loses_the_update(run: Run, executor: Executor, racy: ModuleType) -> None:
    c = racy.Counter()
    schedule = (Deviation(0, 2, 1),)
    execution = run(executor, lambda: [c.inc, c.inc], ReplayScheduler(schedule))
    assert c.v == 1
    assert execution.schedule == schedule
    switch = execution.switches[1]
    assert switch.location is not None
    assert (switch.location.function, switch.deviation) == ("Counter.inc", True)


def test_first_choice_is_a_deviation_of_the_start(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    c = racy.Counter()
    schedule = (Deviation(-1, 0, 1),)
    execution = run(executor, lambda: [c.inc, c.inc], ReplayScheduler(schedule))
    assert execution.schedule == schedule
    assert execution.switches[0].to == 1


def models(racy: ModuleType, lock: Any) -> dict[str, Callable[[], Any]]:
    def counter() -> Any:
        c = racy.Counter()
        return [c.inc, c.inc, c.inc]

    def bank() -> Any:
        b = racy.Bank(lock)
        return [lambda: b.transfer(0, 1), lambda: b.transfer(1, 0)]

    def busy() -> Any:
        b = racy.Busy.make()
        return [lambda: b.work("x"), lambda: b.work("y"), b.show]

    def spin() -> Any:
        f = racy.Flag()
        return [f.wait, f.raise_]

    return {"counter": counter, "bank": bank, "busy": busy, "spin": spin}


@pytest.mark.parametrize("granularity", ["auto", "line", "call", "opcode"])
@pytest.mark.parametrize("model", ["counter", "bank", "busy", "spin"])
def test_recorded_schedule_replays_exactly(
    run: Run, racy: ModuleType, lock: Any, model: str, granularity: str
) -> None:
    executor = Executor(Traced.of(["racy"]), granularity=granularity, limit_points=3_000)
    scheduler = PortfolioScheduler(7)
    make = models(racy, lock)[model]
    for _ in range(25):
        made = run(executor, make, scheduler, record=True)
        replay = ReplayScheduler(made.schedule)
        again = run(executor, make, replay, record=True)
        assert again.schedule == made.schedule
        assert again.points == made.points
        assert again.steps == made.steps
        assert [s[:3] for s in again.raw_switches] == [s[:3] for s in made.raw_switches]
        assert again.stuck == made.stuck
        assert replay.missed == ()
    executor.close()


def test_first_execution_counts_like_the_second(run: Run, racy: ModuleType) -> None:
    """Nothing in this process has run this code under control before."""
    source = "class C:\n def __init__(s): s.v = 0\n def f(s):\n  for i in range(3):\n   s.v += i\n"
    module = ModuleType("cold")
    module.__file__ = "/cold.py"
    exec(compile(source + "  return s.v, s.v\n", "/cold.py", "exec"), module.__dict__)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "cold", module)
        executor = Executor(Traced.of(["cold"]))
        counts = [run(executor, lambda: [module.C().f], RUN_ON).points for _ in range(3)]
        executor.close()
    assert counts == [counts[0]] * 3
    assert counts[0] == (13,)


def test_spinning_task_lets_the_other_one_run(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    flag = racy.Flag()
    execution = run(executor, lambda: [flag.wait, flag.raise_], RUN_ON)
    assert execution.halted == ""
    assert [s.reason for s in execution.switches] == ["chosen", "fair", "ended"]
    assert execution.schedule == (Deviation(0, 5_000, 1),)


class FirstScheduler:
    """Prefers the lowest number at every decision, as priorities do."""

    def begin(self, tasks: int) -> None: ...

    def end(self, points: Sequence[int]) -> None: ...

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        return (runnable[0], 1_000)


def test_two_spinning_tasks_let_a_third_run(run: Run, executor: Executor, racy: ModuleType) -> None:
    flag = racy.Flag()
    execution = run(executor, lambda: [flag.wait, flag.wait, flag.raise_], FirstScheduler())
    assert execution.halted == ""
    assert [s.to for s in execution.switches if s.reason == "fair"] == [1, 2]


def test_livelock_is_halted_with_task_and_line(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    flags = [racy.Flag(), racy.Flag()]
    execution = run(executor, lambda: [flags[0].wait, flags[1].wait], RUN_ON)
    assert execution.stuck is None
    assert "50000 points were not enough" in execution.halted
    assert "in Flag.wait: while not self.raised:" in execution.halted


def blocking(racy: ModuleType) -> tuple[Any, Callable[[], Any]]:
    real = threading.Lock()
    real.acquire()
    return real, lambda: racy.call(real.acquire)


def test_blocked_real_call_is_halted_and_the_process_goes_on(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    real, block = blocking(racy)
    c = racy.Counter()
    execution = run(executor, lambda: [block, c.inc], RUN_ON)
    assert "no progress for 0.2 s: task 0" in execution.halted
    assert "in call: return function()" in execution.halted
    assert run(executor, lambda: [c.inc, c.inc], RUN_ON).halted == ""
    assert c.v == 2
    real.release()


def test_interrupt_of_the_caller_stops_the_tasks(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    caller = threading.get_ident()
    flag = racy.Flag()

    def interrupt() -> None:
        signal.pthread_kill(caller, signal.SIGINT)
        flag.wait()

    # A shell without job control has processes in the background ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(executor, lambda: [interrupt, flag.wait], RUN_ON)
    finally:
        signal.signal(signal.SIGINT, before)
    assert run(executor, lambda: [flag.raise_], RUN_ON).halted == ""


def test_other_tracer_sees_its_lines_and_takes_no_points(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    seen: set[int] = set()

    def tracer(frame: FrameType, event: str, arg: object) -> Any:
        if event == "line" and frame.f_code.co_filename == racy.__file__:
            seen.add(frame.f_lineno)
        return tracer

    def bodies() -> Any:
        busy = racy.Busy.make()
        return [lambda: busy.work("x"), lambda: busy.work("y")]

    plain = run(executor, bodies, RUN_ON)
    threading.settrace(tracer)
    traced = Executor(Traced.of(["racy"]))
    beside = [run(traced, bodies, RUN_ON).points for _ in range(2)]
    threading.settrace(None)
    traced.close()
    assert beside == [plain.points] * 2
    work = racy.Busy.work.__wrapped__.__code__
    lines = {line for _, _, line in work.co_lines() if line} - {work.co_firstlineno}
    assert {line for line in lines if line not in seen} <= {work.co_firstlineno + 1}


def test_endless_loop_without_points_is_halted_and_its_thread_comes_back(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    execution = run(executor, lambda: [racy.loop_without_points], RUN_ON)
    assert "in loop_without_points" in execution.halted


def test_task_that_swallows_being_unwound_is_parked(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    def block() -> None:
        task = current_task()
        assert task is not None
        task.block(Wait("signal", "Nothing"))

    execution = run(executor, lambda: [lambda: racy.swallow(block)], RUN_ON)
    assert execution.stuck is not None
    c = racy.Counter()
    run(executor, lambda: [c.inc, c.inc], RUN_ON)
    assert c.v == 2


def test_lost_wakeup_is_stuck_without_a_cycle(run: Run, executor: Executor) -> None:
    def wait() -> None:
        task = current_task()
        assert task is not None
        task.block(Wait("signal", "Event.wait"))

    stuck = run(executor, lambda: [wait, lambda: None], RUN_ON).stuck
    assert stuck is not None
    assert stuck.cycle == ()
    assert [(w.task, w.kind, w.what) for w in stuck.waiting] == [(0, "signal", "Event.wait")]


def test_taking_a_lock_twice_is_a_cycle_of_one(run: Run, executor: Executor, lock: Any) -> None:
    own = lock()

    def twice() -> None:
        with own, own:
            pass

    stuck = run(executor, lambda: [twice], RUN_ON).stuck
    assert stuck is not None
    assert stuck.cycle == (0,)


def test_lock_of_an_ended_holder_is_a_cycle_of_one(run: Run, executor: Executor, lock: Any) -> None:
    left = lock()
    stuck = run(executor, lambda: [left.__enter__, left.__enter__], RUN_ON).stuck
    assert stuck is not None
    assert stuck.cycle == (1,)


def test_exception_of_a_body_is_kept(run: Run, executor: Executor) -> None:
    def fail() -> None:
        raise KeyError("k")

    execution = run(executor, lambda: [fail, lambda: None], RUN_ON)
    assert [type(e) for e in execution.errors] == [KeyError, type(None)]
    assert (execution.halted, execution.stuck) == ("", None)


def test_exit_of_a_body_ends_its_task_only(run: Run, executor: Executor) -> None:
    def leave() -> None:
        raise SystemExit(3)

    execution = run(executor, lambda: [leave, lambda: None], RUN_ON)
    assert [type(e) for e in execution.errors] == [SystemExit, type(None)]


def test_scheduler_that_raises_is_raised_in_the_caller(run: Run, executor: Executor) -> None:
    class Broken:
        def begin(self, tasks: int) -> None: ...

        def end(self, points: Any) -> None: ...

        def choose(self, current: int, runnable: Any, points: Any) -> Any:
            return (17, 1)

    with pytest.raises(InternalError, match="expected one of"):
        run(executor, lambda: [lambda: None], Broken())
    assert run(executor, lambda: [lambda: None], RUN_ON).points == (1,)


def test_steps_name_every_line_with_a_point(run: Run, executor: Executor, racy: ModuleType) -> None:
    c = racy.Counter()
    schedule: Schedule = (Deviation(0, 2, 1),)
    execution = run(executor, lambda: [c.inc, c.inc], ReplayScheduler(schedule), record=True)
    first = racy.Counter.inc.__code__.co_firstlineno
    assert [(task, line - first, function) for task, _, line, function in execution.steps] == [
        (0, 1, "Counter.inc"),
        (0, 2, "Counter.inc"),
        (1, 1, "Counter.inc"),
        (1, 2, "Counter.inc"),
    ]


def test_repr_and_what_it_calls_is_not_switched(
    run: Run, executor: Executor, racy: ModuleType
) -> None:
    scheduler = RandomWalkScheduler(3, switch=1)
    for _ in range(30):
        b = racy.Busy.make()
        execution = run(executor, lambda b=b: [b.show, b.show], scheduler)
        places = {s.location.function for s in execution.switches if s.location}
        assert places <= {"Busy.show"}


def test_session_gives_back_collector_and_place(executor: Executor) -> None:
    before = standing()
    assert gc.isenabled()
    with executor.session():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert standing() == before


def test_granularity_none_has_only_the_points_of_the_host(run: Run, racy: ModuleType) -> None:
    executor = Executor(Traced.of(["racy"]), granularity="none")
    c = racy.Counter()
    assert run(executor, lambda: [c.inc, c.inc], RUN_ON).points == (1, 1)
    executor.close()
