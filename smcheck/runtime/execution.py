"""What an execution was: records only, made into locations when somebody reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from smcheck.finding import Location
from smcheck.runtime.places import location_of
from smcheck.runtime.tasks import Place
from smcheck.scenario import Touch
from smcheck.schedule import Deviation, Schedule


@dataclass(frozen=True, slots=True)
class Switch:
    """Another task went on.

    Attributes:
        task: The task that ran before, ``START`` at the beginning.
        point: Points it had passed.
        to: The task that ran next.
        location: Where the machine was in ``task``, before what that line does next.
        deviation: It differs from running on, and is part of the schedule.
        reason: ``chosen`` by the scheduler, or the task ``blocked`` or ``ended``, or it was
            another's turn after very long (``fair``).
    """

    task: int
    point: int
    to: int
    location: Location | None
    deviation: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits for ever; ``taken_at`` is where its holder took the lock."""

    task: int
    kind: str
    what: str
    location: Location | None = None
    holder: int | None = None
    taken_at: Location | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing can run any more.

    Attributes:
        waiting: The tasks of the plan that wait, and those they wait for, by number.
        cycle: The tasks that wait for each other, or for a lock that nobody can give back;
            empty when a signal is missing.
    """

    waiting: tuple[Waiting, ...]
    cycle: tuple[int, ...] = ()


RawStep = tuple[int, int, Place]
RawSwitch = tuple[int, int, int, Place | None, bool, str]


@dataclass
class Execution:
    """One run of some bodies under one schedule; nobody changes it.

    Attributes:
        points: Points passed, by task.
        stuck: What waits for ever, if something does.
        halted: Why the run was stopped and says nothing, empty if it was not.
        errors: What each body raised, by task.
        left_running: Threads that the program started have not ended.
        is_forced: A task that ran for very long had to let another one run.
        is_muted: The scheduler chose a switch where none may be, and it was not made.
    """

    points: tuple[int, ...]
    stuck: Stuck | None = None
    halted: str = ""
    errors: tuple[BaseException | None, ...] = field(default=(), compare=False)
    raw_switches: tuple[RawSwitch, ...] = field(default=(), repr=False)
    raw_steps: tuple[RawStep, ...] = field(default=(), repr=False)
    raw_touches: dict[int, Touch] = field(default_factory=dict, repr=False)
    left_running: bool = field(default=False, compare=False)
    is_forced: bool = field(default=False, compare=False)
    is_muted: bool = field(default=False, compare=False)

    @cached_property
    def schedule(self) -> Schedule:
        """The deviations made; ``ReplayScheduler`` makes the same execution of them."""
        return tuple(Deviation(*switch[:3]) for switch in self.raw_switches if switch[4])

    @cached_property
    def switches(self) -> tuple[Switch, ...]:
        """Every change of the running task, in order."""
        return tuple(
            Switch(task, point, to, location_of(place), deviation, reason)
            for task, point, to, place, deviation, reason in self.raw_switches
        )

    @cached_property
    def steps(self) -> tuple[tuple[int, str, int, str], ...]:
        """Task, file, line and function of the points in the machine, repeats left out.

        Empty unless the execution was recorded.
        """
        return self._walked[0]

    @cached_property
    def interrupted(self) -> frozenset[int]:
        """Which of the steps did not go on when they could, as positions in ``steps``."""
        return self._walked[1]

    @cached_property
    def _walked(self) -> tuple[tuple[tuple[int, str, int, str], ...], frozenset[int]]:
        left = {s[:2] for s in self.raw_switches if s[5] in ("chosen", "fair")}
        found: list[tuple[int, str, int, str]] = []
        interrupted: set[int] = set()
        # A point at which the task was stopped is noted again where it goes on.
        for task, point, place in dict.fromkeys(self.raw_steps):
            at = location_of(place)
            step = (task, at.file, at.line, at.function) if at else None
            if step is not None and (not found or found[-1] != step):
                found.append(step)
            if (task, point) in left:
                interrupted.add(len(found) - 1)
        return tuple(found), frozenset(interrupted)
