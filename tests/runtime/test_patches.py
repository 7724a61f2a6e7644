"""Everything is replaced on tasks, nothing elsewhere, and given back exactly."""

from __future__ import annotations

import datetime
import pickle
import random
import sys
import threading
import time
import types
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from smcheck.runtime import real
from smcheck.runtime.clock import Clock
from smcheck.runtime.executor import Executor
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.patches import Patches, model_locks_in
from smcheck.runtime.traced import Traced

REAL = (real.LockType, real.RLockType, real.SimpleQueue)


@pytest.fixture
def patches(waiting: ModuleType) -> Iterator[Patches]:
    made = Patches(Traced.of(["waiting"]))
    yield made
    made.remove()


@pytest.fixture
def controlled(waiting: ModuleType) -> Iterator[Executor]:
    executor = Executor(Traced.of(["waiting"]), timeout_s=1.0)
    yield executor
    executor.close()


def test_every_place_of_a_module_is_replaced_and_given_back(
    waiting: ModuleType, patches: Patches
) -> None:
    before = waiting.places()
    patches.install()
    assert [new for old, new in zip(before, waiting.places(), strict=True) if new is old] == []
    patches.remove()
    assert all(new is old for old, new in zip(before, waiting.places(), strict=True))


def test_members_of_sets_are_told(waiting: ModuleType, patches: Patches) -> None:
    patches.install()
    assert patches.left == ["waiting.IN_SET.<member lock>"]


def test_places_are_given_back_after_an_exception(waiting: ModuleType, patches: Patches) -> None:
    before = waiting.places()
    with pytest.raises(ValueError, match="x"), patches:
        raise ValueError("x")
    assert all(new is old for old, new in zip(before, waiting.places(), strict=True))


def test_modules_imported_meanwhile_get_the_real_names_back(patches: Patches) -> None:
    patches.install()
    late = types.ModuleType("late_module")
    sys.modules["late_module"] = late
    exec("from threading import Lock\nfrom time import time", vars(late))
    patches.remove()
    del sys.modules["late_module"]
    assert (late.Lock, late.time) == (threading.Lock, time.time)


def says_module() -> Any:
    """Return what says that it is a module, as libraries of cffi do, and has no names."""
    kind = type("SaysModule", (), {"__slots__": (), "__class__": property(lambda self: ModuleType)})
    return kind()


def test_what_only_says_that_it_is_a_module_is_left_alone(
    patches: Patches, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretender = says_module()
    assert isinstance(pretender, ModuleType)
    monkeypatch.setitem(sys.modules, "pretender", pretender)
    patches.install()
    patches.remove()


def test_two_patches_may_be_removed_in_either_order(waiting: ModuleType) -> None:
    before = waiting.places()
    first, second = Patches(Traced.of(["waiting"])), Patches(Traced.of(["waiting"]))
    first.install()
    second.install()
    first.remove()
    assert type(waiting.LOCK) is Lock
    second.remove()
    assert all(new is old for old, new in zip(before, waiting.places(), strict=True))


def test_names_give_real_things_outside_a_task(waiting: ModuleType, patches: Patches) -> None:
    patches.install()
    made = [waiting.Lock(), waiting.RLock(), waiting.Holder.make(), waiting.MAKE()]
    made.append(waiting.Made().lock)
    assert all(type(lock) in REAL for lock in made)
    assert type(waiting.Queue().mutex) in REAL
    assert time.time() > 1_700_000_000
    assert datetime.datetime.now().year >= 2024


def test_names_give_modelled_things_on_a_task(waiting: ModuleType, controlled: Executor) -> None:

    def body() -> list[Any]:
        made = waiting.Made()
        assert made.at == datetime.datetime.fromtimestamp(86_400, None).replace(
            microsecond=made.at.microsecond
        )
        return [
            waiting.Lock(), waiting.RLock(), waiting.Holder.make(), waiting.MAKE(), made.lock,
            waiting.Holder().items["lock"], waiting.Event()._cond._lock, waiting.Queue().mutex,
        ]  # fmt: skip

    with controlled.session(clock=Clock(86_400)) as session:
        made = session.alone(body)
    assert [type(lock) for lock in made] == [Lock, RLock, Lock, Lock, Lock, Lock, Lock, Lock]


def test_isinstance_takes_modelled_things_for_real_ones(
    waiting: ModuleType, controlled: Executor
) -> None:
    with controlled.session() as session:
        lock, rlock, simple = session.alone(
            lambda: (waiting.Lock(), waiting.RLock(), waiting.SimpleQueue())
        )
    assert isinstance(lock, real.LockType)
    assert isinstance(rlock, real.RLockType)
    assert isinstance(simple, real.SimpleQueue)
    if isinstance(threading.Lock, type):
        assert isinstance(lock, threading.Lock)
        assert isinstance(real.allocate_lock(), threading.Lock)


def test_locks_and_queues_of_modules_begin_each_session_afresh(
    waiting: ModuleType, controlled: Executor
) -> None:
    def use() -> tuple[bool, int, int, bool]:
        waiting.QUEUE.put(1)
        waiting.SIMPLE.put(4)
        waiting.RLOCK.acquire()
        was_set, _ = waiting.EVENT.is_set(), waiting.EVENT.set()
        return waiting.LOCK.acquire(False), waiting.QUEUE.qsize(), waiting.SIMPLE.qsize(), was_set

    for _ in range(2):
        with controlled.session() as session:
            assert session.alone(use) == (True, 1, 2, False)
    controlled.close()
    assert (waiting.QUEUE.qsize(), waiting.SIMPLE.qsize()) == (0, 1)
    assert not waiting.EVENT.is_set()


def test_what_a_class_holds_is_called_without_the_instance(controlled: Executor) -> None:
    def body() -> float:
        class Timed:
            now: Any = time.time
            pause: Any = time.sleep

        Timed().pause(1)
        return float(Timed().now())

    with controlled.session(clock=Clock(86_400)) as session:
        assert round(session.alone(body)) == 86_401


def test_stand_ins_are_pickled_by_name(controlled: Executor) -> None:
    with controlled.session() as session:
        assert session.alone(lambda: pickle.loads(pickle.dumps(time.time))) is time.time


def test_datetime_stays_the_class_it_is(controlled: Executor) -> None:
    cls = datetime.datetime

    class Own(datetime.datetime):
        pass

    def body() -> list[Any]:
        now = datetime.datetime.now(datetime.UTC)
        return [
            now, Own.now(), datetime.datetime.today(), datetime.date.today(), time.localtime(),
            time.gmtime(), time.ctime(), time.strftime("%Y"), time.asctime(),
            pickle.loads(pickle.dumps(now)) == now, type(now) is datetime.datetime,
        ]  # fmt: skip

    with controlled.session(clock=Clock(0.0)) as session:
        assert datetime.datetime is cls
        now, own, today, date, local, utc, *texts, same, exact = session.alone(body)
    assert type(own) is Own
    assert {now.year, own.year, today.year, date.year, local.tm_year, utc.tm_year} <= {1969, 1970}
    assert all("1970" in text or "1969" in text for text in texts)
    assert same
    assert exact


def test_outer_random_state_is_not_disturbed(controlled: Executor, waiting: ModuleType) -> None:
    expected = random.Random(0).random()
    with controlled.session() as session:
        random.seed(0)
        session.alone(lambda: (random.random(), random.seed(5), waiting.draw(), random.Random()))
    assert random.random() == expected


def test_model_locks_in_replaces_what_slipped_through() -> None:
    class Machine:
        __slots__ = ("__weakref__", "inner", "lock", "many", "pair")

        def __init__(self) -> None:
            self.lock = threading.Lock()
            self.pair = (threading.RLock(), 1)
            self.inner = {"queue": __import__("queue").Queue(), "c": threading.Condition()}
            self.many = [{threading.Lock()}]

    machine: Any = Machine()
    held = threading.Lock()
    held.acquire()
    machine.many.append(held)
    left = model_locks_in(machine)
    assert left == ["machine.many[1]", "machine.many[0].<member lock>"]
    assert type(machine.lock) is Lock
    assert type(machine.pair[0]) is RLock
    assert type(machine.inner["queue"].mutex) is Lock
    assert machine.inner["queue"].not_empty._lock is machine.inner["queue"].mutex
    assert machine.inner["c"].acquire.__self__ is machine.inner["c"]._lock


def test_abandoned_pool_workers_do_not_log(
    waiting: ModuleType, controlled: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    with controlled.session() as session:
        session.alone(lambda: waiting.ThreadPoolExecutor(1).submit(int).result())
    assert caplog.records == []
