"""Programs that block in every way there is; each keeps its count right unless it says not."""

from __future__ import annotations

import _thread
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock as Aliased
from threading import RLock, Semaphore
from time import sleep
from typing import Any

MADE_AT_IMPORT = threading.Lock()
MADE_BY_THREAD = _thread.allocate_lock()
MADE_BEFORE = [Aliased(), {"lock": RLock()}, Semaphore()]


def in_closure() -> Callable[[Counted], None]:
    """Return a function that keeps a lock made at import."""
    lock = Aliased()

    def increment(it: Counted) -> None:
        with lock:
            it.step()

    return increment


class Counted:
    """A count that needs somebody to guard it."""

    def __init__(self) -> None:
        self.value = 0
        self.event = threading.Event()
        self.queue: queue.Queue[int] = queue.Queue()
        self.simple: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.barrier = threading.Barrier(2)
        self.condition = threading.Condition()
        self.lock = threading.Lock()

    def step(self) -> None:
        before = self.value
        self.value = before + 1

    def is_right(self) -> bool:
        return self.value == 2

    def serve(self) -> None:
        while True:
            self.queue.get()
            self.step()
            self.simple.put(1)


CLOSED = in_closure()


def by_default(it: Counted, lock: Any = MADE_AT_IMPORT) -> None:
    with lock:
        it.step()


def unguarded(it: Counted) -> None:
    it.step()


def guarded(lock: Any, it: Counted) -> None:
    with lock:
        it.step()


def by_acquire(lock: Any, it: Counted) -> None:
    while not lock.acquire(timeout=0.01):
        pass
    try:
        it.step()
    finally:
        lock.release()


def in_pool(it: Counted) -> None:
    with ThreadPoolExecutor(1) as pool:
        for future in [pool.submit(it.step), pool.submit(it.step)]:
            future.result()


def in_wide_pool(it: Counted) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: it.step(), range(2)))


def in_thread(it: Counted) -> None:
    thread = threading.Thread(target=it.step)
    thread.start()
    thread.join()
    it.step()


def by_timer(it: Counted) -> None:
    timer = threading.Timer(3600, it.step)
    timer.start()
    sleep(7200)
    it.step()


def waits_for_event(it: Counted) -> None:
    it.event.wait()
    it.step()


def sets_event(it: Counted) -> None:
    it.step()
    it.event.set()


def puts(it: Counted) -> None:
    it.step()
    it.queue.put(1)
    it.simple.put(1)


def gets(it: Counted) -> None:
    it.queue.get()
    it.simple.get(timeout=1_000_000)
    it.step()


def meets_first(it: Counted) -> None:
    it.step()
    it.barrier.wait()


def meets_then(it: Counted) -> None:
    it.barrier.wait()
    it.step()


def waits_on_condition(it: Counted) -> None:
    with it.condition:
        it.condition.wait_for(lambda: it.value == 1, timeout=None)
        it.step()


def notifies(it: Counted) -> None:
    with it.condition:
        it.step()
        it.condition.notify()


def waits_a_moment(it: Counted) -> None:
    """Give up after a virtual day, during which the others come to their end."""
    before = time.monotonic()
    assert not it.event.wait(86_400)
    assert time.monotonic() - before >= 86_400
    it.step()


def spins(it: Counted) -> None:
    while it.value < 5:
        pass


def spins_for_other(it: Counted) -> None:
    while it.value < 1:
        pass
    it.step()


def reads_pipe(it: Counted) -> None:
    reads, _ = os.pipe()
    os.read(reads, 1)


class Deadlocking:
    """Two locks in two orders, and a pool that waits for itself."""

    def __init__(self) -> None:
        self.one, self.other = threading.Lock(), threading.Lock()

    def forth(self) -> None:
        with self.one, self.other:
            pass

    def back(self) -> None:
        with self.other, self.one:
            pass

    def pool_in_itself(self) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: pool.submit(int).result()).result()


GUARDS: list[Callable[[Counted], None]] = [
    CLOSED,
    by_default,
    *(partial(guarded, lock) for lock in (MADE_AT_IMPORT, MADE_BY_THREAD)),
    *(partial(by_acquire, lock) for lock in (MADE_AT_IMPORT, MADE_BY_THREAD)),
    lambda it: guarded(MADE_AT_IMPORT, it),
    lambda it: guarded(MADE_BEFORE[0], it),
    lambda it: guarded(MADE_BEFORE[1]["lock"], it),  # type: ignore[index]
    lambda it: guarded(MADE_BEFORE[2], it),
]
