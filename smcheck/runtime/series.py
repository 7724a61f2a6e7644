"""Run one program again and again without going home in between.

The thread of the task that ends an execution judges it, sets the next one up and begins it, so
the caller's thread wakes only when there is nothing more to do or something went wrong.
"""

from __future__ import annotations

from _thread import LockType
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from smcheck.runtime.clock import Clock
from smcheck.runtime.execution import Execution, Stuck
from smcheck.runtime.pool import Worker
from smcheck.runtime.recording import Recording
from smcheck.runtime.session import DRIVER, DriverFirst, Session
from smcheck.runtime.tasks import TASKS, Abandon, Task, TaskDied, TaskHalted, TaskStuck
from smcheck.schedulers.protocol import Scheduler


class Round(NamedTuple):
    """The next execution.

    Attributes:
        bodies: One per task.
        scheduler: Decides at the points; asked for the first task too.
        record: Note every point in the machine (``Execution.steps``).
    """

    bodies: Sequence[Callable[[], object]]
    scheduler: Scheduler
    record: bool = False


Step = Callable[[Execution | None], Round | None]
"""Judge an execution, ``None`` before the first, and set the next one up; ``None`` to end.

Called on a controlled task without points.
"""


class Series(Session):
    """Many executions of one session. Made by ``Executor.repeat`` only."""

    _step: Step | None = None
    _driver: Task | None = None
    _error: Exception | None = None
    _round: Round
    _renew: Callable[[], None]

    def repeat(self, step: Step, *, renew: Callable[[], None]) -> None:
        """Run what ``step`` sets up, until it sets nothing up any more.

        Args:
            renew: Called before each setting up; puts back what belongs to one execution.

        Raises:
            TaskStuck, TaskHalted: ``step`` waits for ever, or blocks.
            Exception: What ``step`` raised.
        """
        self._renew = renew
        if self._source is not None:
            self._source.start(None)  # functions that are made in setting up have points too
        made: Execution | None = None
        while (following := self.alone(partial(self._set_up, step, made))) is not None:
            made = self._chain(following, step)
            if made is None:
                return

    def _set_up(self, step: Step, made: Execution | None) -> Round | None:
        self.clock = Clock()
        self._renew()
        return step(made)

    def _chain(self, first: Round, step: Step) -> Execution | None:
        """Run executions until one of them needs the caller; return that one, if it was made."""
        self._refuse_nesting("repeat")
        self._step, self._error = step, None
        self._driver = None
        self._seats: list[Worker] = []
        self._round = first
        self._note_steps()
        tasks = self._seated(first)
        try:
            stuck = self._until_ended(tasks, first.scheduler)
        finally:
            self._step = None
            if self._source is not None:
                self._source.stop()
            for worker in self._seats:
                self._pool.give_back(worker)
        return self._ended_with(stuck) if self._has_ended(stuck) else None

    def _note_steps(self) -> None:
        self._recording = Recording() if self._round.record else None
        if self._source is not None:
            self._source.start(self._recording)

    def _ended_with(self, stuck: Stuck | None) -> Execution:
        return self._made(self._round.scheduler, stuck)

    def _has_ended(self, stuck: Stuck | None) -> bool:
        """Return whether the chain ended with an execution; raise what kept the driver."""
        if self._driver is None:
            return True
        if self._error is not None:
            raise self._error
        if stuck is not None:
            raise TaskStuck(stuck)
        if self._halted:
            raise TaskHalted(self._halted)
        return False

    def _seated(self, following: Round) -> dict[int, Task]:
        """Return a task for each body, on the same threads as before, and begin the schedule."""
        seats, bodies = self._seats, following.bodies
        seats += [self._pool.take() for _ in bodies[len(seats) :]]
        tasks = {}
        for number, body in enumerate(bodies):
            worker = seats[number]
            task = tasks[number] = Task(number, self, worker=worker)
            worker.job = partial(self._live, task, body)
        following.scheduler.begin(len(self._numbered(tasks)))
        return tasks

    def _go_on(self, worker: Worker) -> Task | None:
        """Begin the next execution on the thread that ended one; ``None`` to go home."""
        return None if self._left else self._begin_next(worker)

    def _begin_next(self, worker: Worker) -> Task | None:
        step = self._step
        if step is None or self._needs_caller():
            return None
        made = self._ended_with(self._stuck)
        following = self._drive(worker, partial(self._set_up, step, made))
        if following is None:
            return None
        self._driver = None
        recorded, self._round = self._round.record, following
        if recorded or following.record:
            self._note_steps()
        self._plan(self._seated(following), following.scheduler)
        return self._first()

    def _needs_caller(self) -> bool:
        """Whether the caller has to see to it, as to what the machine has started and left."""
        return bool(self._background or self._gates or self._crash or self._halted)

    def _stand_still(self, task: Task) -> None:
        """Unwind the other tasks from the thread of the last one that blocked, and then that one.

        Its thread then begins the next execution.
        """
        if self._step is None or self._driver is not None or self._needs_caller():
            return
        self._stuck = self._find_stuck()
        self._is_over = True
        self._unwinder = task
        for other in self._planned.values():
            if other is not task and not other.ended:
                other.kill()
                self._current = other
                self._hand_over(task, other)
        self._current = task
        if any(other.is_lost for other in self._planned.values()):
            self._unwinder = None
            return
        task.kill()
        self._unwind(task)

    def _go_on_unwound(self, task: Task) -> Task | None:
        unwinder = self._unwinder
        if unwinder is not task:
            return unwinder
        self._unwinder = None
        self._is_over = False
        return self._begin_next(task.worker)

    def _unwound_to(self) -> LockType:
        unwinder = self._unwinder
        return self._home if unwinder is None else unwinder.worker.baton

    def _drive(self, worker: Worker, body: Callable[[], Round | None]) -> Round | None:
        """Run ``body`` as the driver on the calling thread, which has no other task now."""
        driver = self._driver = Task(DRIVER, self, worker=worker, name="driver")
        self._plan({DRIVER: driver}, DriverFirst())
        self._let_run(driver, 1)
        worker.task = TASKS[worker.ident] = driver
        try:
            return body()
        except Abandon:
            raise
        except BaseException as error:  # noqa: BLE001 - raised as itself in the caller
            self._error = error if isinstance(error, Exception) else TaskDied(error)
            return None
        finally:
            TASKS.pop(worker.ident, None)
            worker.task = None
            driver.ended = True
