"""A threaded program, and what went wrong when it ran.

Knows the runtime; no contract, no machine.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from smcheck._faults import said
from smcheck.errors import InternalError, UsageError
from smcheck.finding import Location
from smcheck.runtime.execution import Execution, Stuck
from smcheck.runtime.session import Session
from smcheck.runtime.tasks import TaskDied, TaskHalted, TaskStuck
from smcheck.runtime.traced import Traced

OWN_ERRORS = (UsageError, InternalError)
"""What smcheck itself says: no failure of the program that it comes out of."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run.

    Attributes:
        setup: Makes the object that the workers share; once per execution.
        workers: Called with it, each as a task of its own.
        invariant: Called with it when all of them have ended; a false answer or an exception
            is a failure.
    """

    setup: Callable[[], Any]
    workers: Sequence[Callable[[Any], object]]
    invariant: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in one execution.

    Attributes:
        kind: ``invariant``, ``raised``, ``deadlock`` or ``lost wakeup``.
        text: What it was, in one sentence.
        key: What stays equal while the schedule is made smaller.
        locations: Lines that matter, the first one first.
        stuck: Who waits for what, where that is the failure.
    """

    kind: str
    text: str
    key: tuple[str, ...]
    locations: tuple[Location, ...] = ()
    stuck: Stuck | None = None


class Ran(NamedTuple):
    """One execution; ``failure`` is ``None`` if it went well or was out of control."""

    execution: Execution
    failure: Failure | None = None


class NotSetUp(Exception):
    """``setup`` gave no object; the message says what it did instead."""


def set_up(program: Program, session: Session) -> Any:
    """Return the object that the workers share.

    Raises:
        NotSetUp: There is none.
    """
    try:
        return session.alone(program.setup)
    except (TaskStuck, TaskHalted) as error:
        raise NotSetUp(str(error)) from error
    except TaskDied as error:
        raise NotSetUp(f"it raised {said(error.cause)}") from error
    except OWN_ERRORS:
        raise
    except Exception as error:
        raise NotSetUp(f"it raised {said(error)}") from error


def judge(program: Program, execution: Execution, it: Any, traced: Traced) -> Failure | None:
    """Return what went wrong in an execution; the invariant is asked on the calling task."""
    if execution.stuck is not None:
        return stuck_failure(execution.stuck)
    for worker, error in enumerate(execution.errors):
        if isinstance(error, OWN_ERRORS):
            raise error
        if error is not None:
            return _raised(f"worker {worker} raised", error, traced)
    if program.invariant is None:
        return None
    try:
        answer = program.invariant(it)
        if answer:
            return None
    except OWN_ERRORS:
        raise
    except Exception as error:
        kind = type(error).__name__
        return Failure("invariant", f"the invariant raised {said(error)}", ("invariant", kind))
    hint = ": it returned None, return the condition" if answer is None else ""
    return Failure("invariant", f"the invariant does not hold{hint}", ("invariant",))


def _raised(what: str, error: BaseException, traced: Traced) -> Failure:
    frames = [
        Location(frame.f_code.co_filename, line, frame.f_code.co_qualname)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if traced.is_machine(frame.f_code)
    ]
    place = frames[-1] if frames else Location("", 0, "")
    key = ("raised", type(error).__name__, place.function)
    return Failure("raised", f"{what} {said(error)}", key, tuple(frames[-1:]))


def stuck_failure(stuck: Stuck) -> Failure:
    """Return the failure of tasks that wait for ever."""
    kind = "deadlock" if stuck.cycle else "lost wakeup"
    own = [waiting for waiting in stuck.waiting if waiting.kind != "gate"]
    key = (kind, *sorted({f"{w.what} {w.location.function if w.location else ''}" for w in own}))
    text = (
        "tasks wait for each other in a circle"
        if stuck.cycle
        else "a task waits for a signal, and nobody is left to give it"
    )
    places = tuple(waiting.location for waiting in own if waiting.location)
    return Failure(kind, text, key, places, stuck)
