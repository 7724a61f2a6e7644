"""Phases: the caller's side of an execution, from the first pick until no task runs any more.

The caller's thread waits while tasks run, gives up on one that makes no progress, and unwinds
those that did not end. Knows no host and no record of what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from smcheck.errors import InternalError
from smcheck.runtime.baton import Baton
from smcheck.runtime.tasks import NEVER, Abandon, Task, current_task
from smcheck.runtime.watchdog import describe_blocked, interrupt, is_debugged
from smcheck.schedule import START
from smcheck.schedulers.protocol import Scheduler

GRACE_S = 0.1
"""How long a thread that is interrupted may take to come back before it counts as lost."""


class Phases(Baton):
    """Run some tasks and those of the background until all of the former have ended."""

    _unwinder: Task | None = None
    """The task that unwinds the others on its own thread, before itself."""

    @property
    def has_background(self) -> bool:
        """Whether the machine has started tasks that have not ended."""
        return any(not task.ended for task in self._background)

    def start_background(self, body: Callable[[], object], name: str) -> Task:
        """Start a task for a thread of the machine's; called on the thread of a task.

        It is runnable at once and runs from the caller's next point on. What ``body`` raises
        is kept in ``Task.error`` and told nobody.
        """
        caller = self._calling("start_background")
        if self._is_over or caller.is_dead:
            raise Abandon
        self._reclaim()
        if self._left + len(self._background) >= self._limits.tasks:
            self._halted = f"more than {self._limits.tasks} threads, the last one {name!r}"
            self._go_home(caller)
        number = max(self._tasks) + 1
        task = self._new_task(number, body, name=name, background=True)
        self._tasks[number] = task
        self._counts += [0] * (number + 1 - len(self._counts))
        self._background.append(task)
        self._make_runnable(task)
        caller.stop = caller.bound = 0
        return task

    def _new_task(
        self, number: int, body: Callable[[], object], *, name: str = "", background: bool = False
    ) -> Task:
        worker = self._pool.take_apart() if number == START else self._pool.take()
        task = Task(number, self, worker=worker, name=name, background=background)
        worker.job = partial(self._live, task, body)
        return task

    def _phase(self, tasks: Mapping[int, Task], scheduler: Scheduler) -> None:
        """Run ``tasks`` and those of the background until all of ``tasks`` have ended."""
        self._plan(tasks, scheduler)
        if not tasks:
            return
        self._is_over = False
        try:
            first = self._first()
            (self._home if first is None else first.worker.baton).release()
            self._wait_home()
        except BaseException:  # Ctrl-C above all: no task may go on running
            if self._current is not None:
                self._give_up(self._current)
            raise
        finally:
            self._is_over = True
            self._current = None

    def _plan(self, tasks: Mapping[int, Task], scheduler: Scheduler) -> None:
        """Put ``tasks`` and those of the background at the beginning of a phase."""
        self._reset()
        self._planned_phases += 1
        self._planned = tasks
        self._scheduler = scheduler
        self._note_access = getattr(scheduler, "note_access", None)
        self.note_effect = getattr(scheduler, "note_effect", None)
        self._tasks.clear()
        self._tasks.update(tasks)
        self._runnable = [*tasks]
        self._view = None
        self._left = len(tasks)
        self._counts = [0] * len(tasks)
        for task in self._background:
            task.points = task.quiet_points = task.run_start = task.spins = task.turn = 0
            task.stop = NEVER
            self._tasks[task.number] = task
        if self._background:
            self._counts += [0] * (max(self._tasks) + 1 - len(tasks))
            self._runnable = sorted(n for n, t in self._tasks.items() if t.wait is None)

    def _first(self) -> Task | None:
        """Return the task that runs first; ``None`` if the scheduler failed."""
        asked = self._ask(START)
        if asked is None:
            return None
        to, quantum = asked
        self._switches.append((START, 0, to, None, to != self._runnable[0], "chosen"))
        first = self._tasks[to]
        self._let_run(first, quantum)
        return first

    def _wait_home(self) -> None:
        """Wait until a task goes home; give up on one that makes no progress."""
        seen = self._progress()
        while not self._home.acquire(timeout=self._limits.timeout_s):
            now = self._progress()
            task = self._current
            if now == seen and task is not None and not is_debugged(task):
                self._halted = self._halted or describe_blocked(
                    task, self._frames, timeout_s=self._limits.timeout_s
                )
                self._give_up(task)
                return
            seen = now

    def _progress(self) -> tuple[int, int]:
        """Return what becomes another one as long as something is done; executions begin anew."""
        steps = sum(t.points + t.abandons + t.calls for t in list(self._tasks.values()))
        return self._planned_phases, steps + len(self._switches) + len(self._tasks)

    def _give_up(self, task: Task) -> None:
        """Interrupt the running task; if that takes too long, do without its thread."""
        task.worker.is_lost = True
        task.is_dead = True
        task.stop = 0
        self._unwinder = None
        interrupt(task)
        if not self._home.acquire(timeout=GRACE_S):
            task.is_lost = True

    def _abandon(self, tasks: Sequence[Task]) -> None:
        """Unwind tasks that have not ended, and take back all their threads."""
        for task in tasks:
            worker = task.worker
            if worker.job is not None:
                worker.job = None
            elif not task.ended and not task.is_lost:
                task.kill()
                self._current = task
                worker.baton.release()
                self._wait_home()
                self._current = None
            self._pool.give_back(worker)

    def _reclaim(self) -> None:
        """Take back the threads of background tasks that have ended."""
        gone = [task for task in self._background if task.ended or task.is_lost]
        if gone:
            self._abandon(gone)
            self._background = [task for task in self._background if task not in gone]

    def _calling(self, what: str) -> Task:
        task = current_task()
        if task is None or task.session is not self:
            raise InternalError(
                f"Session.{what}: expected to be called on the thread of a task of this "
                "session, it was not: call it from inside a body"
            )
        return task
