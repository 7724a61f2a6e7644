"""Modelled waiting for a signal, under all that the standard library builds on ``Condition``.

``Event``, ``Semaphore``, ``Barrier``, ``Queue``, ``Future`` and the thread pool stay the
standard library's own pure Python: their locks are modelled ones, and ``Condition.wait`` is
replaced by ``wait`` below. So their semantics, subclasses and ``isinstance`` need nothing.
Knows tasks and locks, nothing of patches.
"""

from __future__ import annotations

import queue
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from smcheck.errors import InternalError
from smcheck.runtime import real
from smcheck.runtime.locks import Lock, RLock, check_timeout
from smcheck.runtime.tasks import Task, Wait, current_task

if TYPE_CHECKING:
    import threading

    _Queue = queue.SimpleQueue[Any]
else:
    _Queue = queue._PySimpleQueue


class Waiter:
    """One task that waits for one signal; stands in for the lock of ``Condition._waiters``."""

    __slots__ = ("_task", "_was_signalled")

    def __init__(self, task: Task) -> None:
        self._task = task
        self._was_signalled = False

    def release(self) -> None:
        """Give the signal; called by ``Condition.notify``."""
        if self._was_signalled:
            raise RuntimeError("release unlocked lock")  # notify then takes the next one
        self._was_signalled = True
        self._task.wake()

    def wait(self, timeout: float | None) -> bool:
        """Return whether the signal came in time."""
        task = self._task
        clock = task.session.clock
        deadline_s = clock.now_s + (timeout or 0)
        what = signal_name(sys._getframe(1))
        while not self._was_signalled:
            left_s = None if timeout is None else deadline_s - clock.now_s
            if not task.block(Wait("signal", what), timeout_s=left_s):
                break
        return self._was_signalled


def signal_name(frame: FrameType | None) -> str:
    """Return what the machine called to wait, such as ``Queue.get``."""
    name = "Condition.wait"
    while frame is not None:
        code = frame.f_code
        if frame.f_globals.get("__name__") not in real.SYNCHRONISED:
            break
        if code is not wait.__code__:
            name = code.co_qualname
        frame = frame.f_back
    return name


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    """Wait until notified; in place of ``threading.Condition.wait`` while patched."""
    task = current_task()
    inner: Any = self
    if task is None:
        return _wait_outside(inner, timeout)
    if not inner._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter = Waiter(task)
    inner._waiters.append(waiter)
    saved = inner._release_save()
    is_signalled = False
    try:
        if timeout is None:
            is_signalled = waiter.wait(None)
        elif timeout > 0:
            check_timeout(True, timeout)
            is_signalled = waiter.wait(timeout)
        else:
            task.point()
            is_signalled = waiter._was_signalled
        return is_signalled
    finally:
        inner._acquire_restore(saved)
        if not is_signalled and waiter in inner._waiters:
            inner._waiters.remove(waiter)


def _wait_outside(condition: Any, timeout: float | None) -> bool:
    """Wait on a thread that is no task: nobody gives the signal if only a task could."""
    if timeout is not None or not isinstance(condition._lock, (Lock, RLock)):
        return real.condition_wait(condition, timeout)
    if real.condition_wait(condition, real.PATIENCE_S):
        return True
    raise InternalError(
        f"{condition!r}: expected a signal on a thread that is no task, none came in "
        f"{real.PATIENCE_S} s: do not wait for a machine outside its session"
    )


class SimpleQueue(_Queue):
    """A modelled ``queue.SimpleQueue``: its pure Python twin with the C one's manners."""

    # What isinstance falls back on.
    __class__: Any = property(lambda _: real.SimpleQueue)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Remove and return an item; as ``queue.SimpleQueue.get``."""
        return super().get(block, timeout if block else None)

    def parts(self) -> list[dict[str, Any]]:
        """Return the attributes of the queue and of what it is made of."""
        inner: Any = self
        return [vars(inner), vars(inner._count), vars(inner._count._cond)]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("cannot pickle '_queue.SimpleQueue' object")
