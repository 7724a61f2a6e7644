"""A task: one controlled thread of an execution, as modelled primitives see it.

This is the seam between the executor and everything that can block: it knows how to stop at a
point, how to wait and how to wake; no lock, no queue, no scheduler.

Exactly one task runs at a time (it *holds the baton*), so the state of a modelled primitive
needs no protection: between two points of the running task nothing else happens.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Literal, NamedTuple

from smcheck.errors import SmcheckError
from smcheck.finding import Location

if TYPE_CHECKING:
    from smcheck.runtime.execution import Stuck
    from smcheck.runtime.phases import Phases
    from smcheck.runtime.pool import Worker

NEVER = 1 << 62
"""A count of points that no task reaches."""

LIMIT_ABANDONS = 1_000
"""How often a task may swallow ``Abandon`` before it is parked for ever."""

Place = tuple[CodeType, int]
"""A code object and the offset of an instruction in it: a ``Location`` before it is needed."""

WaitKind = Literal["lock", "signal", "gate", "join"]


class Abandon(BaseException):
    """Unwinds a task whose execution is over; never caught by smcheck's own primitives."""


class TaskDied(SmcheckError):
    """The body ended by something that must not reach the caller, such as ``SystemExit``."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"expected a return or an Exception, the body raised {cause!r}")
        self.cause = cause


class TaskStuck(SmcheckError):
    """``Session.alone``: the body waits for ever; ``stuck`` says for what."""

    def __init__(self, stuck: Stuck) -> None:
        super().__init__(f"expected the body to end, it waits for ever: {stuck}")
        self.stuck = stuck


class TaskHalted(SmcheckError):
    """``Session.alone``: the body was stopped because it is out of control or does not end."""


def _nobody() -> Task | None:
    return None


def _nowhere() -> Location | None:
    return None


class Wait(NamedTuple):
    """Why a task cannot run.

    Attributes:
        kind: ``lock`` has a holder that must release; a ``signal`` may come from anybody; a
            ``gate`` is the host's; ``join`` waits for the end of its holder.
        what: Text for reports, such as ``"Lock"`` or ``"Queue.get"``.
        holder: Asked only when nothing can run: who must act, ``None`` if unknown.
        taken_at: Asked only then: where the holder took it (see ``Task.place``).
    """

    kind: WaitKind
    what: str
    holder: Callable[[], Task | None] = _nobody
    taken_at: Callable[[], Location | None] = _nowhere


class Task:
    """One controlled thread of an execution; made by its session only.

    Attributes:
        number: Position in the execution: bodies first, then background tasks as they were
            started; -1 for the driver (``Session.alone``).
        session: The session it belongs to.
        name: Text for reports.
        background: Started by the machine, not by the host.
        points: Points passed in this execution; blocks and the end count.
        calls: Calls that the host made on it: they are progress too.
        ended: The body is over.
        error: What the body raised, if it raised.
        about: The modelled lock that the next point is about, if it is about one.
    """

    __slots__ = (
        "abandons", "about", "background", "bound", "calls", "deadline_s", "ended", "error",
        "is_dead", "is_lost", "name", "number", "points", "quiet_points", "run_start", "session",
        "spins", "stop", "turn", "wait", "was_woken", "worker",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        session: Phases,
        *,
        worker: Worker,
        name: str = "",
        background: bool = False,
    ) -> None:
        self.number = number
        self.session = session
        self.name = name
        self.background = background
        self.worker = worker
        self.points = 0
        self.calls = 0
        self.quiet_points = 0
        self.stop = NEVER
        self.bound = NEVER
        self.run_start = 0
        self.spins = 0
        self.turn = 0
        self.wait: Wait | None = None
        self.was_woken = False
        self.deadline_s: float | None = None
        self.ended = False
        self.error: BaseException | None = None
        self.is_dead = False
        self.is_lost = False
        self.abandons = 0
        self.about: object = None

    @property
    def machine_points(self) -> int:
        """Points passed inside the machine's code."""
        return self.points - self.quiet_points

    def point(self) -> None:
        """Let the scheduler decide, before a visible action of a modelled object.

        Only on the task's own thread.

        Raises:
            Abandon: The execution is over.
        """
        self.quiet_points += 1
        self.points = points = self.points + 1
        if points >= self.stop:
            self.session.decide(self)

    def block(self, wait: Wait, *, timeout_s: float | None = None) -> bool:
        """Leave the runnable set until ``wake`` or until the virtual timeout.

        Only on the task's own thread. Counts as a point. Virtual time passes only when nothing
        can run. The condition must be tested again afterwards: somebody else may have run
        between the wake and the return.

        Returns:
            True if woken, False after the timeout.

        Raises:
            Abandon: The execution is over.
        """
        self.wait = wait
        self.was_woken = False
        self.session.suspend(self, timeout_s)
        return self.was_woken

    def wake(self) -> None:
        """Make the task runnable again; nothing happens if it is not blocked.

        Called by another task that holds the baton, or by the host between executions. The
        caller goes on; the scheduler is asked at its next point.
        """
        if self.wait is not None:
            self.session.resume(self)

    def kill(self) -> None:
        """Let the task unwind when it runs next: its execution is over."""
        self.is_dead = True
        self.wait = None
        self.stop = 0

    def place(self) -> Place | None:
        """Return where the calling thread is in the machine's code; cheap enough for a lock.

        Turn it into a ``Location`` with ``places.location_of`` when a report needs it.
        """
        return self.session.place()


TASKS: dict[int, Task] = {}
"""The controlled task of each thread, by thread identity."""


def current_task(
    _get: Callable[[int], Task | None] = TASKS.get, _ident: Callable[[], int] = get_ident
) -> Task | None:
    """Return the controlled task of the calling thread, ``None`` on any other thread."""
    return _get(_ident())
