"""One session: the life of one machine under control, from its construction to its end.

What the host sees of the runtime. Knows no plan and no contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from smcheck.errors import InternalError
from smcheck.runtime.baton import Limits, PointSource
from smcheck.runtime.clock import Clock
from smcheck.runtime.execution import Execution, Stuck, Switch, Waiting
from smcheck.runtime.phases import Phases
from smcheck.runtime.pool import Pool
from smcheck.runtime.recording import Recording
from smcheck.runtime.stuck import Holders, find_stuck
from smcheck.runtime.tasks import (
    Task,
    TaskDied,
    TaskHalted,
    TaskStuck,
    Wait,
    current_task,
)  # fmt: skip
from smcheck.runtime.traced import Traced
from smcheck.schedule import START
from smcheck.schedulers.protocol import FOREVER, Choice, Scheduler

__all__ = ["Execution", "Session", "Stuck", "Switch", "Waiting"]

T = TypeVar("T")

DRIVER = START
"""Number of the task that runs the body of ``alone``."""


def _nobody() -> tuple[int, ...]:
    return ()


class Session(Phases):
    """Run bodies on controlled tasks. Made by ``Executor.session`` only."""

    def __init__(
        self, pool: Pool, traced: Traced, *, points: PointSource | None, clock: Clock,
        limits: Limits,
    ) -> None:  # fmt: skip
        super().__init__(pool, traced, points=points, clock=clock, limits=limits)
        self._recording: Recording | None = None
        self._gates: list[tuple[Task, Callable[[], bool]]] = []
        self._gate_holders: dict[Task, Holders] = {}

    def alone(self, body: Callable[[], T]) -> T:
        """Run ``body`` on a controlled task without points, and return what it returns.

        Tasks that the machine has started run only while ``body`` waits.

        Raises:
            TaskDied: The body raised something that is no ``Exception``.
            TaskStuck: The body waits for ever.
            TaskHalted: The body blocks in a call that is not modelled, or does not end.
            Exception: What the body raised, as itself.
        """
        self._refuse_nesting("alone")
        got: list[T] = []
        driver = self._new_task(DRIVER, lambda: got.append(body()), name="driver")
        stuck = self._until_ended({DRIVER: driver}, DriverFirst())
        error, driver.error = driver.error, None
        if isinstance(error, Exception):
            raise error
        if error is not None:
            raise TaskDied(error) from error
        if stuck is not None:
            raise TaskStuck(stuck)
        if not got:
            raise TaskHalted(self._halted)
        return got[0]

    def run(
        self, bodies: Sequence[Callable[[], object]], scheduler: Scheduler, *, record: bool = False
    ) -> Execution:
        """Run each body as the task of its position, in the order ``scheduler`` decides.

        Returns in any case: what a body raised is in ``errors``.

        Args:
            bodies: One per task.
            scheduler: Decides at the points; asked for the first task too.
            record: Note every point in the machine (``Execution.steps``).
        """
        self._refuse_nesting("run")
        tasks = {n: self._new_task(n, body) for n, body in enumerate(bodies)}
        self._recording = Recording() if record else None
        scheduler.begin(len(self._numbered(tasks)))
        if self._source is not None:
            self._source.start(self._recording)
        try:
            stuck = self._until_ended(tasks, scheduler)
        finally:
            if self._source is not None:
                self._source.stop()
        return self._made(scheduler, stuck)

    def _numbered(self, tasks: Mapping[int, Task]) -> list[Task]:
        """Return these tasks and those of the background, which are numbered behind them."""
        for number, task in enumerate(self._background, len(tasks)):
            task.number = number
        return [*tasks.values(), *self._background]

    @property
    def noted(self) -> int:
        """Number of points noted so far in this execution; 0 where none are."""
        return len(self._recording.steps) if self._recording is not None else 0

    def _made(self, scheduler: Scheduler, stuck: Stuck | None) -> Execution:
        """Return what the latest phase was, and let the scheduler know."""
        points = tuple([task.points for task in self._tasks.values()])
        scheduler.end(points)
        noted = self._recording
        if noted is not None:
            noted.settle()
        return Execution(
            points=points,
            stuck=stuck,
            halted=self._halted,
            errors=tuple([task.error for task in self._planned.values()]),
            raw_switches=tuple(self._switches),
            raw_steps=tuple(noted.steps) if noted is not None else (),
            raw_touches=noted.touches if noted is not None else {},
            left_running=self.has_background,
            is_forced=self._is_forced,
            is_muted=self._is_muted,
        )

    def hold_points(self) -> None:
        """Deliver no points to the calling task: what it runs now is the host's.

        The host may come to code of the machine too, such as a comparison of its answers.
        """
        task = current_task()
        if self._source is not None and task is not None and task.worker is not None:
            self._source.leave(task.worker)

    def deliver_points(self) -> None:
        """Deliver points to the calling task again."""
        task = current_task()
        if self._source is not None and task is not None and task.worker is not None:
            self._source.enter(task.worker)

    def point(self) -> None:
        """Pass a point, on the thread of a task; nothing happens on any other thread."""
        task = current_task()
        if task is not None:
            task.point()

    def task(self) -> int:
        """Return the number of the calling task."""
        return self._calling("task").number

    def points(self, task: int) -> int:
        """Return how many points a task has passed in this execution."""
        return self._tasks[task].points

    def machine_points(self, task: int) -> int:
        """Return how many of them were inside the machine's code."""
        return self._tasks[task].machine_points

    def wait_until(
        self, ready: Callable[[], bool], *, reason: str, holders: Holders = _nobody
    ) -> None:
        """Block the calling task until ``ready()``; it is asked again after ``changed``.

        Args:
            ready: Must not block and has no points.
            reason: Text for reports.
            holders: Asked when nothing can run: the tasks this one waits for.
        """
        task = self._calling("wait_until")
        while not ready():
            self._gate_holders[task] = holders
            self._gates.append((task, ready))
            task.block(Wait("gate", reason))

    def changed(self) -> None:
        """Ask every ``wait_until`` again."""
        if self._is_over or not self._gates:
            return
        open_ = [gate for gate in self._gates if gate[1]()]
        self._gates = [gate for gate in self._gates if gate not in open_]
        for task, _ in open_:
            task.wake()

    def close(self) -> None:
        """Unwind what the machine has started and left running."""
        self._abandon(self._background)
        self._background.clear()
        # Tasks and session hold each other: the collector would find many such pairs.
        self._tasks.clear()

    def _until_ended(self, tasks: dict[int, Task], scheduler: Scheduler) -> Stuck | None:
        """Run a phase, unwind what did not end, and return what waits for ever."""
        stuck: Stuck | None = None
        try:
            self._phase(tasks, scheduler)
            if self._is_stuck:
                stuck = self._stuck or self._find_stuck()
        finally:
            self._abandon([*self._planned.values()])
            self._gates.clear()
            self._gate_holders.clear()
            self._reclaim()
        if self._crash is not None:
            raise self._crash
        return stuck

    def _find_stuck(self) -> Stuck:
        return find_stuck(self._tasks, self._frames, gates=self._gate_holders)

    def _refuse_nesting(self, what: str) -> None:
        if not self._is_over or current_task() is not None:
            raise InternalError(
                f"Session.{what}: expected no execution under way, one is: "
                "call it from the thread that opened the session"
            )


class DriverFirst:
    """Let others run only while the driver cannot."""

    def begin(self, tasks: int) -> None:
        """Nothing to forget."""

    def end(self, points: Sequence[int]) -> None:
        """Nothing to learn."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return the driver, else whoever runs already, else the first."""
        running_on = current in runnable and runnable[0] != DRIVER
        return (current if running_on else runnable[0], FOREVER)
