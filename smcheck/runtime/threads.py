"""Modelled threads and ``sleep``: a thread of the machine's is a background task.

``threading.Thread`` stays the class it is, so subclasses, ``Timer`` and the thread pool do
too: only ``start`` is replaced. Knows tasks; nothing of patches.
"""

from __future__ import annotations

import sys
import threading
from _thread import get_ident, get_native_id
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import index
from typing import Any

from smcheck.runtime import real
from smcheck.runtime.tasks import Task, Wait, current_task

_BY_HANDLE = sys.version_info >= (3, 13)
_SHORTEST_S = 1e-6
_LONGEST_S = 9.2e9


class End:
    """The end of a modelled thread, in place of the lock or handle that tells it.

    Attributes:
        ident: Identity of the thread that runs it.
    """

    def __init__(self, name: str) -> None:
        self.ident = 0
        self._name = name
        self._task: Task | None = None
        self._waiters: list[Task] = []
        self._is_done = False

    def begin(self, task: Task) -> None:
        """Note the task whose end this is."""
        self._task = task
        self.ident = task.worker.ident

    def finish(self) -> None:
        """Wake who joins."""
        self._is_done = True
        for task in self._waiters:
            task.wake()
        self._waiters.clear()

    def is_done(self) -> bool:
        """Return whether the thread has ended."""
        return self._is_done

    def locked(self) -> bool:
        """Return whether the thread runs."""
        return not self._is_done

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end, at most ``timeout`` seconds."""
        self.acquire(timeout=-1 if timeout is None else timeout)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Wait for the end; return whether it came. On a thread that is no task, do not wait."""
        joiner = current_task()
        if joiner is None or not blocking or timeout == 0:
            return self._is_done
        clock = joiner.session.clock
        deadline_s = clock.now_s + timeout
        why = Wait("join", self._name, lambda: self._task)
        while not self._is_done:
            self._waiters.append(joiner)
            left_s = None if timeout < 0 else deadline_s - clock.now_s
            if not joiner.block(why, timeout_s=left_s):
                break
        return self._is_done

    def release(self) -> None:
        """Undo ``acquire``: there is nothing to undo."""

    def _set_done(self) -> None:
        self.finish()

    def _at_fork_reinit(self) -> None:
        self._waiters.clear()


class TaskThread(threading._DummyThread):
    """What ``current_thread`` gives on a task: no daemon, as the threads that it starts."""

    def __init__(self) -> None:
        super().__init__()
        self._daemonic = False
        self._name = "task"


def shutdown(self: ThreadPoolExecutor, wait: bool = True, *, cancel_futures: bool = False) -> None:
    """End a pool; its threads are waited for as they were made, not as addresses have it."""
    if current_task() is not None:
        pool: Any = self
        pool._threads = sorted(pool._threads, key=lambda thread: (len(thread.name), thread.name))
    real.pool_shutdown(self, wait, cancel_futures=cancel_futures)


def start(self: threading.Thread) -> None:
    """Start the thread as a background task; in place of ``Thread.start`` while patched."""
    caller = current_task()
    if caller is None:
        real.thread_start(self)
        return
    thread: Any = self
    if not thread._initialized:
        raise RuntimeError("thread.__init__() not called")
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    end = End(thread._name)
    setattr(thread, "_handle" if _BY_HANDLE else "_tstate_lock", end)
    task = caller.session.start_background(partial(_live, thread, end), thread._name)
    end.begin(task)
    thread._ident = task.worker.ident
    thread._started.set()


def _live(thread: Any, end: End) -> None:
    """Be the thread, on a kept one that may be somebody else's at other times."""
    everybody: dict[int, threading.Thread] = threading._active  # type: ignore[attr-defined]
    ident = get_ident()
    kept = everybody.get(ident)
    thread._ident = ident
    thread._native_id = get_native_id()
    everybody[ident] = thread
    try:
        thread.run()
    except SystemExit:
        pass  # it ends only the thread
    finally:
        if kept is None:
            everybody.pop(ident, None)
        else:
            everybody[ident] = kept
        end.finish()


def start_new_thread(
    function: Callable[..., object],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    /,
) -> int:
    """Start a background task; in place of ``_thread.start_new_thread``."""
    caller = current_task()
    if caller is None:
        return real.start_new_thread(function, args, dict(kwargs or {}))
    name = getattr(function, "__name__", "thread")
    body = partial(function, *args, **(kwargs or {}))
    return caller.session.start_background(body, name).worker.ident


def sleep(seconds: float, /) -> None:
    """Let virtual time pass; in place of ``time.sleep``."""
    task = current_task()
    if task is None or not _is_duration(seconds):
        real.sleep(seconds)
    elif not seconds:
        task.point()
    else:
        clock = task.session.clock
        until_s = clock.now_s + seconds
        while task.block(Wait("signal", "sleep"), timeout_s=until_s - clock.now_s):
            pass  # nobody wakes a sleeper on purpose


def settle() -> None:
    """Let the tasks that the machine has started run until each of them waits.

    Virtual time moves only when nothing can run: the shortest wait lasts until then.
    """
    task = current_task()
    if task is not None and task.session.has_background:
        task.block(Wait("signal", "settle"), timeout_s=_SHORTEST_S)


def _is_duration(seconds: object) -> bool:
    """Whether ``time.sleep`` takes it; for anything else it raises."""
    if not isinstance(seconds, float):
        try:
            seconds = index(seconds)  # type: ignore[arg-type]  # that is the question
        except TypeError:
            return False
    return 0 <= seconds < _LONGEST_S
