"""Modelled ``Lock`` and ``RLock``: who waits leaves the runnable set instead of blocking.

Knows tasks and nothing of schedulers or patches. Inside each one is a real lock that says
whether it is held. On a thread that is no task (a finaliser, pytest's own thread) a modelled
lock is that real lock; only waiting for a task is given up after ``PATIENCE_S``, with an error,
because the task cannot run before the caller returns.

Woken waiters compete: a release wakes all of them, and the scheduler decides who takes it.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from threading import Condition
from types import FrameType
from typing import Any, NoReturn

from smcheck.errors import InternalError
from smcheck.finding import Location
from smcheck.runtime import real
from smcheck.runtime.places import location_of
from smcheck.runtime.tasks import TASKS, Place, Task, Wait, current_task
from smcheck.schedulers.access import Access

_GetTask = Callable[[int], Task | None]

_ENTER_CONDITION = Condition.__enter__.__code__


def place_before(
    task: Task, caller: FrameType, *, by_with: bool, about: object = None
) -> Place | None:
    """Pass a point unless the caller has just had one; return the machine's place.

    A call in the machine's code has a point of its own, a ``with`` has none. Inside the
    standard library's queues and events nothing is to be seen between two operations.
    """
    if caller.f_code is _ENTER_CONDITION and caller.f_back is not None:
        caller = caller.f_back
        by_with = True
    place = task.place()
    is_inside = caller.f_globals.get("__name__") in real.SYNCHRONISED
    has_point = not by_with and place is not None and place[0] is caller.f_code
    if not is_inside and not has_point:
        task.about = about
        task.point()
        task.about = None
    return place


def check_timeout(blocking: Any, timeout: Any) -> None:
    """Raise what a real lock raises on these arguments."""
    real.allocate_lock().acquire(blocking, timeout)


class _Modelled:
    """What both kinds of lock share: a holder, a place where it was taken, waiters."""

    __slots__ = ("__weakref__", "_holder", "_place", "_real", "_waiters")
    _what = ""
    _name = ""

    def __init__(self) -> None:
        self._real = real.allocate_lock()
        self._holder: Task | int | None = None
        self._place: Place | None = None
        self._waiters: list[Task] = []

    def _at_fork_reinit(self) -> None:
        _Modelled.__init__(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"cannot pickle '{self._name}' object")

    def _take(self, task: Task, place: Place | None, *, timeout: float) -> bool:
        """Take the inner lock, waiting for as long as allowed; negative is for ever."""
        is_taken = self._real.acquire(False) or self._replace_stale(task)
        if not is_taken and (timeout == 0 or not self._wait(task, timeout)):
            return False
        self._holder = task
        self._place = place
        return True

    def _wait(self, task: Task, timeout: float) -> bool:
        clock = task.session.clock
        deadline_s = clock.now_s + timeout
        while not self._real.acquire(False):
            if not isinstance(self._holder, Task) and self._real.acquire(True, real.PATIENCE_S):
                return True  # a real thread had it and runs beside us
            self._waiters.append(task)
            woken = False
            try:
                left_s = None if timeout < 0 else deadline_s - clock.now_s
                woken = task.block(self._why(), timeout_s=left_s)
            finally:
                if task in self._waiters:
                    self._waiters.remove(task)
            if not woken:
                return self._real.acquire(False)
        return True

    def _why(self) -> Wait:
        return Wait("lock", self._what, self._holding_task, self._taken_at)

    def _holding_task(self) -> Task | None:
        holder = self._holder
        return holder if isinstance(holder, Task) else None

    def _taken_at(self) -> Location | None:
        return location_of(self._place) if self._real.locked() else None

    def _replace_stale(self, task: Task) -> bool:
        """Take over from a holder of an earlier session, which will never release it."""
        holder = self._holder
        return isinstance(holder, Task) and holder.session is not task.session

    def _take_outside(self, *, timeout: float) -> bool:
        """Take the inner lock on a thread that is no task."""
        if timeout < 0 and isinstance(self._holder, Task):
            if not self._real.acquire(True, real.PATIENCE_S):
                raise InternalError(
                    f"{self!r}: expected it to be free on a thread that is no task, it is held "
                    f"by {self._holder.name or 'task'} {self._holder.number}: do not wait for "
                    "a machine outside its session"
                )
        elif not self._real.acquire(True, timeout) if timeout else not self._real.acquire(False):
            return False
        self._holder = get_ident()
        self._place = None
        return True

    def _free(self) -> None:
        self._note_release(self._holder)
        self._holder = None
        self._place = None
        self._real.release()
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for task in waiters:
                task.wake()

    def _note_release(self, holder: Task | int | None) -> None:
        """Tell a scheduler that asks; the release at the end of a ``with`` has no point."""
        if isinstance(holder, Task) and holder.session.note_effect is not None:
            holder.session.note_effect(Access("lock", owner=id(self)))

    def reset(self) -> None:
        """Forget the holder and who waits: a new session begins."""
        if self._holder is not None or self._real.locked():
            self._at_fork_reinit()

    def _is_held(self) -> bool:
        if not self._real.locked():
            return False
        task = current_task()
        return task is None or not self._replace_stale(task)

    def __repr__(self) -> str:
        state = "locked" if self._is_held() else "unlocked"
        return f"<{state} {self._name} object at {id(self):#x}>"


class Lock(_Modelled):
    """A modelled ``threading.Lock``; ``isinstance`` takes it for a real one."""

    __slots__ = ()
    _what = "Lock"
    _name = "_thread.lock"

    # What isinstance falls back on.
    __class__: Any = property(lambda _: real.LockType)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; as ``threading.Lock.acquire``."""
        if timeout != -1 or blocking not in (True, False):
            check_timeout(blocking, timeout)
        return self._acquire(sys._getframe(1), timeout=timeout if blocking else 0, by_with=False)

    def _acquire(self, caller: FrameType, *, timeout: float, by_with: bool) -> bool:
        task = current_task()
        if task is None:
            return self._take_outside(timeout=timeout)
        return self._take(
            task, place_before(task, caller, by_with=by_with, about=self), timeout=timeout
        )

    def release(self) -> None:
        """Release the lock, whoever took it; as ``threading.Lock.release``."""
        if not self._is_held():
            task = current_task()
            if task is not None and task.is_dead:
                return
            raise RuntimeError("release unlocked lock")
        self._free()

    def locked(self) -> bool:
        """Return whether somebody holds it."""
        return self._is_held()

    def __enter__(self, _get: _GetTask = TASKS.get, _ident: Callable[[], int] = get_ident) -> bool:
        # Most calls are this one, and each function called from here costs a traced event more.
        task = _get(_ident())
        if task is None:
            return self._take_outside(timeout=-1)
        frame = sys._getframe(1)
        session, code = task.session, frame.f_code
        if not session.is_own_file(code.co_filename):
            return self._acquire(frame, timeout=-1, by_with=True)
        task.about = self
        task.quiet_points += 1
        task.points = points = task.points + 1
        if points >= task.stop:
            session.decide(task)
        task.about = None
        place = (code, frame.f_lasti)
        if not self._real.acquire(False):
            return self._take(task, place, timeout=-1)
        self._holder = task
        self._place = place
        return True

    def __exit__(
        self, *exc_info: object, _get: _GetTask = TASKS.get, _ident: Callable[[], int] = get_ident
    ) -> None:
        holder = self._holder
        task = _get(_ident())
        if task is None or holder is not task or self._waiters:
            self.release()
        elif task.session.note_effect is not None:
            self._free()
        else:
            self._holder = self._place = None
            self._real.release()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


class RLock(_Modelled):
    """A modelled ``threading.RLock``; ``isinstance`` takes it for a real one."""

    __slots__ = ("_count",)
    _what = "RLock"
    _name = "_thread.RLock"

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def _at_fork_reinit(self) -> None:
        RLock.__init__(self)

    # What isinstance falls back on.
    __class__: Any = property(lambda _: real.RLockType)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock once more; as ``threading.RLock.acquire``."""
        if timeout != -1 or blocking not in (True, False):
            check_timeout(blocking, timeout)
        return self._acquire(sys._getframe(1), timeout=timeout if blocking else 0, by_with=False)

    def _acquire(self, caller: FrameType, *, timeout: float, by_with: bool) -> bool:
        task = current_task()
        if task is None:
            taken = self._holder == get_ident() or self._take_outside(timeout=timeout)
        else:
            place = place_before(task, caller, by_with=by_with, about=self)
            taken = self._holder is task or self._take(task, place, timeout=timeout)
        if taken:
            self._count += 1
        return taken

    def _take(self, task: Task, place: Place | None, *, timeout: float) -> bool:
        taken = super()._take(task, place, timeout=timeout)
        if taken:
            self._count = 0
        return taken

    def release(self) -> None:
        """Release one acquisition; as ``threading.RLock.release``."""
        if not self._is_owned():
            task = current_task()
            if task is not None and task.is_dead:
                return
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._free()

    def __enter__(self) -> bool:
        return self._acquire(sys._getframe(1), timeout=-1, by_with=True)

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _is_owned(self) -> bool:
        return self._holder is not None and self._holder == (current_task() or get_ident())

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0

    def _release_save(self) -> tuple[int, object]:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        count, self._count = self._count, 0
        self._free()
        return count, None

    def _acquire_restore(self, state: tuple[int, object]) -> None:
        self._acquire(sys._getframe(1), timeout=-1, by_with=False)
        self._count = state[0]

    def __repr__(self) -> str:
        holder = self._holder
        owner = holder.worker.ident if isinstance(holder, Task) else holder or 0
        state = "locked" if self._is_held() else "unlocked"
        return f"<{state} {self._name} object owner={owner} count={self._count} at {id(self):#x}>"
