"""Everything that blocks is modelled; what cannot be is inconclusive, at once, and says where."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import smcheck
from smcheck import Exploration, Verdict
from tests.testing import blocking
from tests.testing.blocking import Counted, Deadlocking

Worker = Callable[[Counted], object]


def explored(*workers: Worker, executions: int = 60) -> Exploration:
    return smcheck.explore(Counted, workers, invariant=Counted.is_right, executions=executions)


@pytest.mark.parametrize("guard", blocking.GUARDS)
def test_a_lock_guards_wherever_and_whenever_it_was_made(guard: Worker) -> None:
    assert explored(guard, guard).verdict is Verdict.HELD


@pytest.mark.parametrize("guard", blocking.GUARDS)
def test_a_lock_that_only_one_takes_guards_nothing(guard: Worker) -> None:
    assert explored(guard, blocking.unguarded).verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    "workers",
    [
        [blocking.in_pool], [blocking.in_thread], [blocking.by_timer],
        [blocking.waits_for_event, blocking.sets_event], [blocking.puts, blocking.gets],
        [blocking.meets_first, blocking.meets_then],
        [blocking.waits_on_condition, blocking.notifies],
        [blocking.waits_a_moment, blocking.waits_a_moment],
        [blocking.spins_for_other, blocking.unguarded],
    ],
)  # fmt: skip
def test_whoever_waits_goes_on_when_it_may(workers: list[Worker]) -> None:
    result = explored(*workers)
    is_race = workers[0] is blocking.waits_a_moment
    assert result.verdict is (Verdict.VIOLATED if is_race else Verdict.HELD), result.explanation


def test_two_threads_of_a_pool_race() -> None:
    assert explored(blocking.in_wide_pool).verdict is Verdict.VIOLATED


def test_an_event_that_is_never_set_is_a_lost_wakeup() -> None:
    result = explored(blocking.waits_for_event, blocking.waits_for_event)
    assert result.verdict is Verdict.VIOLATED
    assert "waits for a signal, and nobody is left to give it" in result.explanation
    assert "it.event.wait()" in result.explanation


def test_a_deadlock_names_the_lines_that_took_each_lock() -> None:
    result = smcheck.explore(Deadlocking, [Deadlocking.forth, Deadlocking.back])
    assert result.verdict is Verdict.VIOLATED
    assert "tasks wait for each other in a circle" in result.explanation
    for line in ("with self.one, self.other:", "with self.other, self.one:"):
        assert line in result.explanation
    assert len(result.schedule) == 1


def test_a_pool_that_waits_for_itself_is_a_failure() -> None:
    result = smcheck.explore(Deadlocking, [Deadlocking.pool_in_itself])
    assert result.verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    ("worker", "says"),
    [
        (blocking.spins, "50000 points were not enough"),
        (blocking.reads_pipe, "blocked in a call that is not modelled"),
    ],
)
def test_what_is_out_of_control_is_inconclusive_at_once(worker: Worker, says: str) -> None:
    started = time.monotonic()
    result = explored(worker, blocking.unguarded, executions=1_000_000)
    seconds = time.monotonic() - started
    assert result.verdict is Verdict.INCONCLUSIVE
    assert says in result.explanation
    assert f"in {worker.__name__}: " in result.explanation
    assert result.executions <= 3
    # A search that went on for a million executions would take hours.
    assert seconds < 60


def test_a_lock_that_only_a_closure_knows_guards() -> None:
    lock, events = threading.Lock(), [threading.Event()]

    def first(it: Counted) -> None:
        blocking.guarded(lock, it)
        events[0].set()

    def second(it: Counted) -> None:
        events[0].wait()
        blocking.guarded(lock, it)

    kept = lock, events[0]
    assert explored(first, second).verdict is Verdict.HELD
    assert explored(first, partial(blocking.guarded, lock)).verdict is Verdict.HELD
    assert explored(partial(blocking.guarded, lock), blocking.unguarded).verdict is Verdict.VIOLATED
    assert (lock, events[0]) == kept
    assert not events[0].is_set()


def test_a_pool_of_two_is_under_control() -> None:
    def both(it: Counted) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(partial(blocking.guarded, it.lock), [it, it]))

    results = [explored(both, executions=40) for _ in range(5)]
    assert {result.verdict for result in results} == {Verdict.HELD}, results[0].explanation
    assert len({result.explanation for result in results}) == 1


def test_threads_that_setup_leaves_running_end_with_their_execution() -> None:
    def setup() -> Counted:
        it = Counted()
        threading.Thread(target=it.serve, daemon=True).start()
        return it

    def asks(it: Counted) -> None:
        it.queue.put(1)
        it.simple.get()

    result = smcheck.explore(setup, [asks, asks], invariant=Counted.is_right, executions=400)
    assert result.verdict is Verdict.HELD, result.explanation
    assert result.executions == 400


class TwoPools:
    """Each worker has a pool of its own; the standard library has one lock for all pools."""

    def __init__(self) -> None:
        self.pools = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]

    def submit(self, number: int) -> None:
        assert self.pools[number].submit(abs, -1).result() == 1


def test_two_pools_do_not_block_each_other() -> None:
    workers = [partial(TwoPools.submit, number=number) for number in range(2)]
    smcheck.explore(TwoPools, workers, executions=100).assert_held()
