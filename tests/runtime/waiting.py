"""Code that waits and reads clocks, in every way a machine can come by what it uses.

Loaded as a traced module of its own. ``SCRIPTS`` say what they see; the real primitives must
say the same.
"""

from __future__ import annotations

import datetime
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from queue import LifoQueue, PriorityQueue, Queue, SimpleQueue
from random import random as draw
from threading import Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore, Thread
from time import sleep, time_ns
from typing import Any

Say = Callable[..., None]

LOCK = Lock()
RLOCK = RLock()
CONDITION = Condition()
EVENT = Event()
QUEUE: Queue[int] = Queue()
SIMPLE: SimpleQueue[int] = SimpleQueue()
SIMPLE.put(3)
LOCKS = [Lock()]
TABLE = {"a": (Lock(), 1)}
MAKE = partial(Lock)
IN_SET = {Lock()}


@dataclass
class Made:
    """Made by generated code that keeps its factories in closures."""

    lock: Any = field(default_factory=Lock)
    at: datetime.datetime = field(default_factory=datetime.datetime.now)


class Holder:
    """Keeps what it uses in its class, in defaults and in its attributes."""

    shared = Lock()
    make = staticmethod(Lock)

    def __init__(self) -> None:
        self.items: dict[str, Any] = {"lock": self.make()}

    def defaults(self, lock: Any = LOCK, *, clock: Any = time_ns) -> tuple[Any, Any]:
        return lock, clock


def _closure() -> Callable[[], Any]:
    lock = Lock()

    def get() -> Any:
        return lock

    return get


get_enclosed = _closure()


def places() -> list[Any]:
    """Return what each place of this module holds now."""
    return [
        LOCK, RLOCK, CONDITION._lock, CONDITION.acquire.__self__, EVENT._cond._lock,  # type: ignore[attr-defined]  # inside
        QUEUE.mutex, SIMPLE, LOCKS[0], TABLE["a"][0], MAKE.func, Holder.shared, Holder.make,
        *(Holder.defaults.__defaults__ or ()), *(Holder.defaults.__kwdefaults__ or {}).values(),
        get_enclosed(), Lock, sleep, time_ns, draw, time.time, threading.Lock,
        vars(Condition)["wait"], vars(Thread)["start"], vars(datetime.datetime)["now"],
    ]  # fmt: skip


def tell(say: Say, call: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Say what a call returns or raises."""
    try:
        say(call(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        say(type(error).__name__, str(error))


def lock_alone(say: Say) -> None:
    lock = Lock()
    for args in ((), (False,), (True, 0), (True, 0.001)):
        tell(say, lock.acquire, *args)
    tell(say, lock.locked)
    tell(say, lock.release)
    tell(say, lock.release)
    wrong: tuple[tuple[Any, Any], ...] = (
        (True, -2), (False, 3), (True, None), (True, 1e30), (True, float("nan")),
    )  # fmt: skip
    for args in wrong:
        tell(say, lock.acquire, *args)
    tell(say, lock.acquire, blocking=False)
    say("unlocked" in repr(lock), "_thread.lock" in repr(lock))
    lock.release()
    with lock as entered:
        say(entered, lock.locked())
    tell(say, lambda: Lock(1))  # type: ignore[call-arg]  # that is tested
    tell(say, lambda: lock.__reduce_ex__(2))
    say(hasattr(lock, "__dict__"))
    say(isinstance(lock, type(threading._allocate_lock())))  # type: ignore[attr-defined]  # inside


def rlock_alone(say: Say) -> None:
    lock = RLock()
    say(lock.acquire(), lock.acquire(False), lock.acquire(True, 1))
    say(lock._is_owned(), "count=3" in repr(lock))  # type: ignore[attr-defined]  # inside
    lock.release()
    lock.release()
    lock.release()
    tell(say, lock.release)
    tell(say, lock.acquire, False, 1)
    with lock, lock:
        say(lock._recursion_count())  # type: ignore[attr-defined]  # inside
    tell(say, lock.__reduce_ex__, 2)


def condition_alone(say: Say) -> None:
    for inner in (None, Lock(), RLock()):
        condition = Condition(inner)
        tell(say, condition.notify)
        tell(say, condition.notify_all)
        tell(say, condition.wait)
        tell(say, condition.release)
        with condition:
            tell(say, condition.wait, 0.001)
            tell(say, condition.wait, 0)
            tell(say, condition.wait, -1)
            tell(say, condition.wait, "x")
            tell(say, condition.wait, 1e30)
            tell(say, condition.wait_for, lambda: 5)
            tell(say, condition.wait_for, lambda: 0, 0.001)
            tell(say, condition.notify, 3)
        say(len(condition._waiters))  # type: ignore[attr-defined]  # inside


def semaphores_alone(say: Say) -> None:
    tell(say, Semaphore, -1)
    for semaphore in (Semaphore(2), BoundedSemaphore(2)):
        say(semaphore.acquire(), semaphore.acquire(blocking=False), semaphore.acquire(False))
        tell(say, semaphore.acquire, True, 0.001)
        tell(say, semaphore.acquire, False, 1)
        tell(say, semaphore.release, 0)
        tell(say, semaphore.release, 2)
        tell(say, semaphore.release)


def event_alone(say: Say) -> None:
    event = Event()
    say(event.is_set(), event.wait(0.001), event.wait(0))
    event.set()
    say(event.is_set(), event.wait(), event.wait(5))
    event.clear()
    say(event.is_set())


def queues_alone(say: Say) -> None:
    all_: tuple[Any, ...] = (Queue(2), LifoQueue(2), PriorityQueue(2), SimpleQueue())
    for made in all_:
        say(isinstance(made, type(made)), type(made).__name__, made.empty(), made.qsize())
        for item in (2, 1):
            tell(say, made.put, item)
        if not isinstance(made, SimpleQueue):
            say(made.full())
            tell(say, made.put_nowait, 9)
            tell(say, made.put, 9, True, 0.001)
            tell(say, made.put, 9, True, -1)
        say(made.get(), made.get_nowait())
        tell(say, made.get_nowait)
        tell(say, made.get, True, 0.001)
        tell(say, made.get, True, -1)
        tell(say, made.get, False, -1)
        if not isinstance(made, SimpleQueue):
            made.task_done()
            made.task_done()
            tell(say, made.task_done)
            made.join()


def barrier_alone(say: Say) -> None:
    ran: list[int] = []
    barrier = Barrier(1, action=lambda: ran.append(1))
    say(barrier.wait(), ran, barrier.parties, barrier.n_waiting, barrier.broken)
    barrier = Barrier(2, timeout=0.001)
    tell(say, barrier.wait)
    say(barrier.broken)
    tell(say, barrier.wait)
    barrier.reset()
    say(barrier.broken)


def threads(say: Say) -> None:
    seen: list[object] = []

    class Named(Thread):
        def run(self) -> None:
            seen.append(threading.current_thread() is self)
            seen.append(self.is_alive())
            tell(seen_append, self.join)

    def seen_append(*values: object) -> None:
        seen.append(values)

    thread = Named(name="own")
    tell(say, thread.join)
    say(thread.is_alive(), thread.ident, thread.daemon, thread.name, "initial" in repr(thread))
    thread.start()
    tell(say, thread.start)
    say(thread.ident is not None)
    tell(say, lambda: setattr(thread, "daemon", True))
    thread.join()
    thread.join(0.1)
    say(seen, thread.is_alive(), "stopped" in repr(thread))
    gate = Event()
    waiter = Thread(target=gate.wait, args=(None,), daemon=True)
    waiter.start()
    waiter.join(0.001)
    say(waiter.is_alive(), waiter.daemon)
    gate.set()
    waiter.join()
    say(waiter.is_alive())


def timers(say: Say) -> None:
    fired = Event()
    timer = threading.Timer(0.001, fired.set)
    timer.start()
    timer.join()
    say(fired.is_set(), timer.is_alive())
    cancelled = threading.Timer(50, fired.clear)
    cancelled.start()
    cancelled.cancel()
    cancelled.join()
    say(fired.is_set())


def handover(say: Say) -> None:
    here: Queue[int] = Queue(1)
    back: SimpleQueue[int] = SimpleQueue()

    def work() -> None:
        while (item := here.get()) >= 0:
            back.put(item * 2)
            here.task_done()

    thread = Thread(target=work)
    thread.start()
    for item in range(3):
        here.put(item)
    here.join()
    here.put(-1)
    thread.join()
    say([back.get() for _ in range(3)], back.empty())


def meeting(say: Say) -> None:
    barrier = Barrier(3)
    order: list[int] = []
    lock = Lock()

    def meet() -> None:
        position = barrier.wait()
        with lock:
            order.append(position)

    all_ = [Thread(target=meet) for _ in range(3)]
    for thread in all_:
        thread.start()
    for thread in all_:
        thread.join()
    say(sorted(order))


def signalling(say: Say) -> None:
    condition = Condition()
    ready: list[int] = []

    def produce() -> None:
        with condition:
            ready.append(1)
            condition.notify_all()

    with condition, condition:
        thread = Thread(target=produce)
        thread.start()
        say(condition.wait_for(lambda: ready))
        say(condition._lock._recursion_count())  # type: ignore[attr-defined]  # inside
    thread.join()


def pool(say: Say) -> None:
    with ThreadPoolExecutor(2) as executor:
        say(list(executor.map(lambda n: n * n, range(5))))
        future: Future[int] = executor.submit(int, "x")
        tell(say, future.result)
        say(type(future.exception()).__name__, future.done())
    tell(say, executor.submit, int)


def naps(say: Say) -> None:
    for seconds in (0, 0.0001, -1, float("nan"), "1", None, True):
        tell(say, sleep if seconds is not True else int, seconds)
    before = time.monotonic()
    sleep(0.01)
    say(time.monotonic() - before >= 0.01)


SCRIPTS: tuple[Callable[[Say], None], ...] = (
    lock_alone, rlock_alone, condition_alone, semaphores_alone, event_alone, queues_alone,
    barrier_alone, threads, timers, handover, meeting, signalling, pool, naps,
)  # fmt: skip


class Bank:
    """Takes two locks, in the order of its arguments."""

    def __init__(self, make: Callable[[], Any] = Lock) -> None:
        self.locks = [make(), make()]

    def move(self, source: int, target: int) -> None:
        with self.locks[source]:
            self.locks[target].acquire()
            self.locks[target].release()


class Box:
    """Hands over one item, and may forget to say so."""

    def __init__(self) -> None:
        self.full = Condition()
        self.items: list[int] = []

    def put(self, *, quietly: bool) -> None:
        with self.full:
            self.items.append(1)
            if not quietly:
                self.full.notify()

    def get(self) -> int:
        with self.full:
            while not self.items:
                self.full.wait()
            return self.items.pop()


class Lazy:
    """Computes once; 3.11 keeps a lock for that in the class."""

    def __init__(self) -> None:
        self.count = 0

    @functools.cached_property
    def value(self) -> int:
        self.count += 1
        self.count += 1
        return self.count


def import_late() -> int:
    import late_waiting  # type: ignore[import-not-found]  # made by a test

    return late_waiting.VALUE  # type: ignore[no-any-return]  # made by a test


def take_twice(lock: Any) -> None:
    lock.acquire()
    lock.acquire()
