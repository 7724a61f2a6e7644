"""Threads that stay alive between executions, each parked on a lock of its own.

A worker runs what it is given and parks again; it knows no scheduler and no machine.
"""

from __future__ import annotations

import sys
import threading
from _thread import LockType, allocate_lock, get_native_id, start_new_thread
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from smcheck.runtime.affinity import Standing, stand

_trace_hook, _profile_hook = threading.gettrace, threading.getprofile


def locked() -> LockType:
    """Return a lock that is held: acquiring it parks the thread until somebody releases it."""
    lock = allocate_lock()
    lock.acquire()
    return lock


class Worker:
    """One kept thread.

    Attributes:
        baton: Held while the thread is parked; releasing it lets the thread run.
        job: What to run next; taken off before it runs.
        ident: Identity of the thread.
        native_id: What the system calls it, 0 until it runs.
        task: What the thread's points count for; the executor's own.
        is_lost: The thread blocks for ever; if it comes back, it ends.
    """

    __slots__ = ("baton", "ident", "is_lost", "job", "native_id", "task")

    def __init__(self, place: Standing | None) -> None:
        self.baton = locked()
        self.job: Callable[[], None] | None = None
        self.task: Any = None
        self.is_lost = False
        self.native_id = 0
        self.ident = start_new_thread(self._live, (place,))

    def _live(self, place: Standing | None) -> None:
        self.native_id = get_native_id()
        stand(place)
        # As threading does for its threads, so that coverage counts what runs here.
        sys.settrace(_trace_hook())
        sys.setprofile(_profile_hook())
        try:
            self._work()
        except BaseException:
            if not self.is_lost:  # a lost thread may be interrupted anywhere
                raise

    def _work(self) -> None:
        while not self.is_lost:
            self.baton.acquire()
            job, self.job = self.job, None
            if job is None:
                return
            job()
            del job


class Pool:
    """Parked workers; the same tasks get the same threads in each execution."""

    def __init__(self, place: Standing | None) -> None:
        self._place = place
        self._made = 0
        self._free: list[tuple[int, Worker]] = []
        self._numbers: dict[Worker, int] = {}
        self._apart: Worker | None = None

    def take_apart(self) -> Worker:
        """Return a worker that ``take`` never gives: what one thread made, others then use."""
        if self._apart is None or self._apart.is_lost:
            self._apart = Worker(self._place)
        return self._apart

    def take(self) -> Worker:
        """Return the parked worker that was made first, or a new one."""
        if self._free:
            number, worker = heappop(self._free)
        else:
            number, worker = self._made, Worker(self._place)
            self._made += 1
        self._numbers[worker] = number
        return worker

    def give_back(self, worker: Worker) -> None:
        """Take back a worker that parks, once; one that is lost is forgotten."""
        number = self._numbers.pop(worker, None)
        if number is not None and not worker.is_lost:
            heappush(self._free, (number, worker))

    def move(self, place: Standing | None) -> None:
        """Let the parked threads, and those that are made from now on, run elsewhere."""
        self._place = place
        for worker in self._parked():
            if worker.native_id:
                stand(place, thread=worker.native_id)

    def close(self) -> None:
        """End the parked threads."""
        for worker in self._parked():
            worker.baton.release()
        self._free.clear()
        self._apart = None

    def _parked(self) -> list[Worker]:
        apart = [self._apart] if self._apart is not None and not self._apart.is_lost else []
        return [worker for _, worker in self._free] + apart
