"""Virtual time passes by a tick a read, and when nothing can run."""

from __future__ import annotations

import os
import random
import secrets
import time
import uuid
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from smcheck.runtime.clock import Clock
from smcheck.runtime.entropy import reseed, reseed_now
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced


@pytest.fixture(scope="module")
def controlled(waiting: ModuleType) -> Iterator[Executor]:
    executor = Executor(Traced.of(["waiting"]), timeout_s=1.0)
    yield executor
    executor.close()


def test_read_ticks_a_microsecond() -> None:
    clock = Clock(1.0, monotonic_s=2.0)
    assert [clock.wall_ns(), clock.wall_ns()] == [1_000_001_000, 1_000_002_000]
    assert clock.monotonic_ns() == 2_000_003_000


def test_clocks_that_start_otherwise_have_another_processor_time() -> None:
    first, again, other = (Clock(wall_s) for wall_s in (5.0, 5.0, 6.0))
    read = [[clock.cpu_ns() for _ in range(3)] for clock in (first, again, other)]
    assert read[0] == read[1] == sorted(set(read[0]))
    steps = [row[1] - row[0] for row in read]
    assert steps[0] != steps[2]
    assert len({row[0] // 1_000_000_000 for row in read}) == 2
    assert len({row[0] % 1_000 for row in read}) == 2


@pytest.mark.parametrize("other", [Clock(rate=2.0), Clock(monotonic_s=2.0)])
def test_rate_and_monotonic_start_move_processor_time(other: Clock) -> None:
    assert other.cpu_ns() != Clock().cpu_ns()


def test_processor_time_passes_between_calls_and_not_while_waiting() -> None:
    clock, still = Clock(pauses_s=(8.0,)), Clock()
    clock.pause()
    still.advance_to(5_000.0)
    assert clock.cpu_ns() - still.cpu_ns() == 1_000_000_000


def test_rate_moves_wall_time_against_monotonic_time() -> None:
    clock = Clock(0.0, rate=1.5, monotonic_s=0.0)
    clock.advance_to(2.0)
    assert (clock.now_s, clock.wall_ns()) == (2.0, 3_000_001_500)


def test_advance_never_goes_back_and_reaches_what_was_asked() -> None:
    clock = Clock(monotonic_s=5.0)
    clock.advance_to(1.0)
    assert clock.now_s == 5.0
    for asked_s in (5.1, 5.123456789123, 7.3):
        clock.advance_to(asked_s)
        assert clock.now_s >= asked_s


def test_set_moves_wall_time_back_and_monotonic_time_not() -> None:
    clock = Clock(100.0, monotonic_s=100.0)
    clock.set(wall_s=1.0, monotonic_s=1.0)
    assert clock.wall_ns() == 1_000_001_000
    assert clock.now_s >= 100.0


def test_every_function_of_time_reads_the_clock(controlled: Executor) -> None:
    def body() -> list[float]:
        return [
            time.time(), time.time_ns() / 1e9, time.monotonic(), time.perf_counter(),
            time.monotonic_ns() / 1e9, time.clock_gettime(time.CLOCK_REALTIME),
            time.clock_gettime(time.CLOCK_MONOTONIC), time.process_time(),
            time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID) / 1e9,
        ]  # fmt: skip

    with controlled.session(clock=Clock(50.0, monotonic_s=10.0)) as session:
        read = session.alone(body)
    assert [int(seconds) for seconds in read[:7]] == [50, 50, 10, 10, 10, 50, 10]
    assert 0 < read[8] - read[7] < 3e-6
    assert len({round(seconds % 1 * 1e6) for seconds in read}) == len(read)


def test_sleep_takes_virtual_time_only(controlled: Executor, waiting: ModuleType) -> None:
    clock = Clock(0.0, monotonic_s=0.0)
    before = time.monotonic()
    with controlled.session(clock=clock) as session:
        session.alone(lambda: waiting.sleep(3_600))
    assert clock.now_s >= 3_600
    assert time.monotonic() - before < 60


def test_sleepers_wake_in_the_order_of_their_times(
    controlled: Executor, waiting: ModuleType
) -> None:
    woken: list[float] = []

    def nap(seconds: float) -> None:
        waiting.sleep(seconds)
        woken.append(seconds)

    def body() -> None:
        threads = [waiting.Thread(target=nap, args=(s,)) for s in (3.0, 1.0, 2.0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with controlled.session(clock=Clock()) as session:
        session.alone(body)
    assert woken == [1.0, 2.0, 3.0]


def _draws(waiting: ModuleType) -> list[Any]:
    return [
        random.random(), random.randint(0, 10**9), random.sample(range(10**6), 3),
        random.gauss(0, 1), waiting.draw(), os.urandom(8), secrets.token_hex(4),
        random.SystemRandom().random(), uuid.uuid4(), uuid.uuid1(), random.Random().random(),
        random.shuffle(list(range(5))),
    ]  # fmt: skip


def test_draws_depend_on_the_seed_only(controlled: Executor, waiting: ModuleType) -> None:
    drawn: dict[int, list[list[Any]]] = {1: [], 2: []}
    for seed in (1, 2, 1):
        random.random()
        with controlled.session(clock=Clock()) as session, reseed(seed):
            drawn[seed].append(session.alone(lambda: _draws(waiting)))
    assert drawn[1][0] == drawn[1][1]
    assert [a == b for a, b in zip(drawn[1][0], drawn[2][0], strict=True)] == [False] * 11 + [True]


def test_reseed_now_begins_afresh(controlled: Executor) -> None:
    def body() -> list[bytes]:
        drawn = []
        for seed in (7, 8, 7):
            reseed_now(seed)
            drawn.append(os.urandom(4))
        return drawn

    with controlled.session() as session, reseed(0):
        first, other, again = session.alone(body)
    assert first == again != other


def test_seeding_by_the_machine_gives_what_python_gives(controlled: Executor) -> None:
    expected = random.Random(5).random()
    with controlled.session() as session:
        assert session.alone(lambda: (random.seed(5), random.random())[1]) == expected


def test_draws_outside_a_task_are_real(controlled: Executor) -> None:
    with reseed(1):
        assert os.urandom(16) != os.urandom(16)
        assert uuid.uuid4() != uuid.uuid4()
        assert random.Random().random() != random.Random().random()
