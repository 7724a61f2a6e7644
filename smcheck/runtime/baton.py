"""The baton: exactly one task runs, and at its points decides inline who goes on.

A lock is handed over only when the pick is another task. Everything here is changed by the
thread that holds the baton, so nothing is guarded. Knows no machine API, no host, no clause.
"""

from __future__ import annotations

import sys
from _thread import LockType
from bisect import insort
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from smcheck.errors import InternalError
from smcheck.runtime.accesses import access_at, footprint_at
from smcheck.runtime.clock import Clock
from smcheck.runtime.execution import RawSwitch, Stuck
from smcheck.runtime.frames import Frames
from smcheck.runtime.pool import Pool, Worker, locked
from smcheck.runtime.recording import Recording
from smcheck.runtime.tasks import LIMIT_ABANDONS, TASKS, Abandon, Place, Task
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import EACH_ACCESS
from smcheck.runtime.watchdog import describe_spent
from smcheck.schedule import START, default_choice
from smcheck.schedulers.access import ANYTHING, Access
from smcheck.schedulers.protocol import Choice, Scheduler

FAIR_SHARE = 10
"""A task that alone passed this part of all points must let another one run."""

LEAST_FAIR = 100
"""The share shrinks each time it is used up, to this many points."""

AT_ONCE_S = 0.001
"""Timeouts that are this near to each other come in any order."""

FRAMES_TO_DECIDE = 200
"""Where fewer are left of the recursion limit, the machine must come up before anybody decides."""


class PointSource(Protocol):
    """What delivers points inside the machine's code to the tasks, at some granularity."""

    granularity: str

    def start(self, recording: Recording | None) -> None:
        """Deliver points from now on, and note them in ``recording`` if it is given."""

    def stop(self) -> None:
        """Deliver no points from now on."""

    def enter(self, worker: Worker) -> None:
        """Deliver points on the calling thread, which is the worker's."""

    def leave(self, worker: Worker) -> None:
        """Deliver no more points on the calling thread."""

    def release(self) -> None:
        """Leave the machine's code as it was."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up: points of one execution, seconds without any, tasks alive."""

    points: int = 50_000
    timeout_s: float = 2.0
    tasks: int = 200


class Baton:
    """Run some tasks, one at a time, until those of the caller have ended or none can run."""

    def __init__(
        self, pool: Pool, traced: Traced, *, points: PointSource | None, clock: Clock,
        limits: Limits,
    ) -> None:  # fmt: skip
        self.clock = clock
        self._pool = pool
        self._traced = traced
        self.is_own_file = traced.known_files.get
        self._frames = Frames(traced, _LIVE)
        self._source = points
        self._limits = limits
        self._share = limits.points // FAIR_SHARE
        self._tasks: dict[int, Task] = {}
        self._background: list[Task] = []
        self._runnable: list[int] = []
        self._view: tuple[int, ...] | None = None
        self._counts: list[int] = []
        self._home = locked()
        self._is_over = True
        self._scheduler: Scheduler
        self._note_access: Callable[[int, Access], None] | None = None
        self.note_effect: Callable[[Access], None] | None = None
        self._planned: Mapping[int, Task] = {}
        self._planned_phases = 0
        self._reset()

    def _reset(self) -> None:
        self._current: Task | None = None
        self._left = 0
        self._total = 0
        self._is_stuck = False
        self._stuck: Stuck | None = None
        self._is_forced = self._is_muted = False
        self._halted = ""
        self._crash: BaseException | None = None
        self._switches: list[RawSwitch] = []

    # What tasks call, on their own threads.

    def decide(self, task: Task) -> None:
        """Ask who goes on, at a point of the running task."""
        if task.is_dead:
            self._unwind(task)
        points = task.points
        is_due = points >= task.bound
        if is_due and self._passed(task) >= self._limits.points:
            self._halted = describe_spent(task, self._frames, limit_points=self._limits.points)
            self._go_home(task)
            return
        frame = sys._getframe(2)
        place, is_muted, depth = self._frames.look(frame)
        if depth > sys.getrecursionlimit() - FRAMES_TO_DECIDE:
            task.stop = points + 1
            return
        if self._note_access is not None:
            self._note_access(task.number, self._access(task, frame))
        asked = self._ask(task.number)
        if asked is None:
            self._go_home(task)
            return
        to, quantum = asked
        reason = "chosen"
        if to == task.number:
            fair = points - task.run_start < self._fair_share(task) if is_due else True
            if fair or len(self._runnable) < 2:
                if is_due:
                    task.bound = self._bound(task)
                stop = points + quantum
                task.stop = stop if stop < task.bound else task.bound
                return
            to, quantum, reason = self._longest_idle(to), LEAST_FAIR, "fair"
            task.spins += 1
            self._is_forced = True
        if is_muted:
            self._is_muted = True
            task.stop = points + 1
            return
        self._switches.append((task.number, points, to, place, True, reason))
        following = self._tasks[to]
        self._total = self._passed(task)
        self._let_run(following, quantum)
        self._hand_over(task, following)

    def suspend(self, task: Task, timeout_s: float | None) -> None:
        """Take the running task out of the runnable set and let others run."""
        if task.is_dead or self._is_over:
            task.wait = None
            self._unwind(task)
        if timeout_s is not None:
            task.deadline_s = self.clock.now_s + max(timeout_s, 0.0)
        task.points += 1
        task.quiet_points += 1
        self._runnable.remove(task.number)
        self._view = None
        following = self._following(task, "blocked")
        if following is None:
            if self._is_stuck:
                self._stand_still(task)
            self._go_home(task)
        elif following is not task:
            self._hand_over(task, following)

    def resume(self, task: Task) -> None:
        """Put a blocked task back into the runnable set; the running one goes on."""
        if task.wait is None:
            return
        task.was_woken = True
        self._make_runnable(task)
        if self._current is not None:
            self._current.stop = self._current.bound = 0

    def place(self) -> Place | None:
        """Return where the calling thread is in the machine's code."""
        return self._frames.place(sys._getframe(1))

    # Who is next.

    def _following(self, task: Task, reason: str) -> Task | None:
        """Pick who runs after ``task`` blocked or ended; ``None``: nobody, the phase is over."""
        if not self._left:
            return None
        if self._passed(task) >= self._limits.points:
            self._halted = describe_spent(task, self._frames, limit_points=self._limits.points)
            return None
        while not self._runnable:
            if not self._fire_timer():
                self._is_stuck = True
                return None
        asked = self._ask(task.number)
        if asked is None:
            return None
        to, quantum = asked
        if to != task.number:
            deviates = to != default_choice(task.number, self._runnable_now())
            place = self._frames.place(sys._getframe(2)) if reason == "blocked" else None
            self._switches.append((task.number, task.points, to, place, deviates, reason))
        self._total += task.points - task.run_start
        following = self._tasks[to]
        self._let_run(following, quantum)
        return following

    def _ask(self, current: int) -> Choice | None:
        try:
            if current >= 0:
                self._counts[current] = self._tasks[current].points
            runnable = self._view or self._runnable_now()
            choice = self._scheduler.choose(current, runnable, self._counts)
            if choice[0] not in self._runnable:
                raise InternalError(
                    f"scheduler {self._scheduler!r}: expected one of {self._runnable}, "
                    f"got task {choice[0]!r}: it must choose among the runnable tasks"
                )
            return choice
        except Exception as error:  # noqa: BLE001 - raised as itself in the caller of the phase
            self._crash = error
            return None

    def _runnable_now(self) -> tuple[int, ...]:
        if self._view is None:
            self._view = tuple(self._runnable)
        return self._view

    def _make_runnable(self, task: Task) -> None:
        task.wait = None
        task.deadline_s = None
        insort(self._runnable, task.number)
        self._view = None

    def _fire_timer(self) -> bool:
        """Let virtual time pass until the earliest timeout, as nothing can run before it.

        Those that come almost at once fire together: nobody may rely on who is first.
        """
        timers = [
            (task.deadline_s, task)
            for task in self._tasks.values()
            if task.wait is not None and task.deadline_s is not None
        ]
        if not timers:
            return False
        earliest = min(deadline_s for deadline_s, _ in timers)
        due = [timer for timer in timers if timer[0] <= earliest + AT_ONCE_S]
        self.clock.advance_to(max(deadline_s for deadline_s, _ in due))
        for _, task in due:
            self._make_runnable(task)
        return True

    def _longest_idle(self, number: int) -> int:
        """Return the other runnable task that ran longest ago.

        The one after it in order would not do: two that spin could hand the turn to each other
        for ever, as the scheduler goes back to the first after each.
        """
        others = (n for n in self._runnable if n != number)
        return min(others, key=lambda n: (self._tasks[n].turn, n))

    def _fair_share(self, task: Task) -> int:
        share = self._share >> task.spins
        return share if share > LEAST_FAIR else LEAST_FAIR

    def _passed(self, task: Task) -> int:
        return self._total + task.points - task.run_start

    def _let_run(self, task: Task, quantum: int) -> None:
        self._current = task
        points = task.run_start = task.points
        task.turn = self._total + 1
        task.bound = bound = self._bound(task)
        stop = points + quantum
        task.stop = stop if stop < bound else bound

    def _bound(self, task: Task) -> int:
        """Return after how many of its points the running task is stopped whatever is chosen."""
        start = task.run_start
        limit = self._limits.points - self._total + start
        if len(self._runnable) > 1:
            fair = start + self._fair_share(task)
            if fair < limit:
                points = task.points
                return fair if fair > points else points + 1
        return limit

    def _access(self, task: Task, frame: FrameType | None) -> Access:
        """Return what the running task will touch next."""
        lock, task.about = task.about, None
        own, is_own = self._frames.innermost(frame), self._traced.is_machine
        if self.note_effect is None:
            return access_at(own, is_own=is_own, lock=lock)
        if self._source is None or self._source.granularity not in EACH_ACCESS:
            return ANYTHING
        return footprint_at(own, frames=self._frames, is_own=is_own, lock=lock)

    # Handing over.

    def _hand_over(self, task: Task, following: Task) -> None:
        following.worker.baton.release()
        task.worker.baton.acquire()
        if task.is_dead:
            self._unwind(task)

    def _go_home(self, task: Task) -> None:
        """Let the caller of the phase go on, and park."""
        self._home.release()
        task.worker.baton.acquire()
        if task.is_dead:
            self._unwind(task)

    def _unwind(self, task: Task) -> None:
        task.abandons += 1
        if task.abandons > LIMIT_ABANDONS:
            if not task.is_lost:
                task.is_lost = task.worker.is_lost = True
                self._unwound_to().release()
            locked().acquire()
        raise Abandon

    def _live(self, task: Task, body: Callable[[], object]) -> None:
        """Run one task from beginning to end, on its worker's thread."""
        worker = task.worker
        source = self._source if task.number != START else None
        worker.task = task
        TASKS[worker.ident] = task
        try:
            if source is not None:
                source.enter(worker)
            Context().run(body)
        except Abandon:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever started the task
            task.error = error
        finally:
            if source is not None:
                source.leave(worker)
            TASKS.pop(worker.ident, None)
            worker.task = None
        del body
        try:
            self._end(task)
        except Abandon:
            self._home.release()  # what went on behind the end of the task was unwound

    def _end(self, task: Task) -> None:
        if task.is_lost:
            return
        task.ended = True
        task.points += 1
        task.quiet_points += 1
        if task.is_dead:
            following = self._go_on_unwound(task)
            (self._unwound_to() if following is None else following.worker.baton).release()
            return
        self._runnable.remove(task.number)
        self._view = None
        if not task.background:
            self._left -= 1
        following = self._following(task, "ended") or self._go_on(task.worker)
        (self._home if following is None else following.worker.baton).release()

    # What a series does on the threads of the tasks, to save the way home.

    def _go_on(self, worker: Worker) -> Task | None:
        """Begin something else on the thread whose task has ended; ``None`` to go home."""
        return None

    def _stand_still(self, task: Task) -> None:
        """Nothing can run now that ``task`` blocks: unwind all, or return to go home."""

    def _go_on_unwound(self, task: Task) -> Task | None:
        """Begin something else on the thread whose task was unwound; ``None`` for nothing."""
        return None

    def _unwound_to(self) -> LockType:
        """Return the lock of the thread that waits until a task is unwound."""
        return self._home


_LIVE = Baton._live.__code__
