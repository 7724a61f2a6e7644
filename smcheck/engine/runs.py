"""Run a threaded program again and again, as somebody asks who sees what each run came to."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from smcheck._faults import said
from smcheck.engine.program import OWN_ERRORS, NotSetUp, Program, Ran, judge, stuck_failure
from smcheck.runtime.execution import Execution
from smcheck.runtime.executor import Executor
from smcheck.runtime.series import Round
from smcheck.runtime.tasks import TaskHalted, TaskStuck
from smcheck.schedulers.protocol import Scheduler

_STRETCH = 500
"""Runs after which memory is given back and the computer's other work is looked at."""

T = TypeVar("T")


class Ask(NamedTuple):
    """How the program shall run next.

    Attributes:
        scheduler: Decides at the points.
        record: Note every point in the program's code.
    """

    scheduler: Scheduler
    record: bool = False


Runs = Generator[Ask, Ran, T]
"""Asks for runs, one after another, and returns what came of them all.

It goes on now on the caller's thread, now on that of a task.
"""


def carry_out(runs: Runs[T], program: Program, executor: Executor) -> T:
    """Run a program as ``runs`` asks, and return what that returns.

    Raises:
        NotSetUp: There is nothing to run, or its invariant does not end.
    """
    return _Series(runs, program, executor).carry_out()


class _Series(Generic[T]):
    """Runs one after another, in stretches between which the executor looks up."""

    def __init__(self, runs: Runs[T], program: Program, executor: Executor) -> None:
        self._runs = runs
        self._program = program
        self._executor = executor
        self._asked: Ask | None = None
        self._results: list[T] = []
        self._it: Any = None
        self._setting_up = False

    def carry_out(self) -> T:
        with self._executor.together():
            self._go_on(None)
            while not self._results:
                self._stretch()
        return self._results[0]

    def _stretch(self) -> None:
        self._left = _STRETCH
        try:
            self._executor.repeat(self._step)
        except TaskStuck as error:
            if self._setting_up:
                raise NotSetUp(str(error)) from error
            self._go_on(Ran(self._made, stuck_failure(error.stuck)))
        except TaskHalted as error:
            what = "" if self._setting_up else "the invariant does not end: "
            raise NotSetUp(f"{what}{error}") from error

    def _step(self, made: Execution | None) -> Round | None:
        self._setting_up = False
        if made is not None:
            self._made = made
            traced = self._executor.traced
            failure = None if made.halted else judge(self._program, made, self._it, traced)
            self._go_on(Ran(made, failure))
            if made.left_running:
                self._left = 0  # the end of the stretch unwinds what the program left behind
        if not self._left or self._asked is None:
            return None
        self._left -= 1
        self._setting_up = True
        try:
            it = self._it = self._program.setup()
        except OWN_ERRORS:
            raise
        except Exception as error:
            raise NotSetUp(f"it raised {said(error)}") from error
        return Round([partial(worker, it) for worker in self._program.workers], *self._asked)

    def _go_on(self, ran: Ran | None) -> None:
        """Let ``runs`` know what came, and keep what it asks for next, or its result."""
        try:
            self._asked = next(self._runs) if ran is None else self._runs.send(ran)
        except StopIteration as ended:
            self._asked = None
            self._results.append(ended.value)
