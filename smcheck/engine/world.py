"""Everything one check of one subject stands on: threads, folders, board, workers, counts.

A world runs lives and plans and hands back what they showed; it judges nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import TypeVar

from smcheck._faults import line_of, said
from smcheck.circumstances.apply import junk
from smcheck.contract.profiles import Kind, Profile
from smcheck.contract.types import SnapshotAborted
from smcheck.engine.behaviour import Behaviour
from smcheck.engine.patience import Patience
from smcheck.engine.processes import Processes
from smcheck.engine.shown import Looking, Shown
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.surroundings import PLAIN, Surroundings, Watched
from smcheck.engine.tally import Tally
from smcheck.errors import UsageError
from smcheck.host.adapted import own_object
from smcheck.host.board import Board
from smcheck.host.conduct import Conductor, Run
from smcheck.host.crash_watch import CrashWatch
from smcheck.host.donors import donate
from smcheck.host.folders import Folders
from smcheck.host.life import Life, Living, Script, live
from smcheck.host.recorded import Recorded, Recorder
from smcheck.host.replica import NotMade, Replica
from smcheck.host.shape import shape_fault
from smcheck.host.streams import Image
from smcheck.plan import Command, Plan, Recover
from smcheck.runtime.clock import Clock
from smcheck.runtime.entropy import reseed
from smcheck.runtime.executor import Executor
from smcheck.runtime.restored import restored
from smcheck.runtime.session import Stuck
from smcheck.runtime.tasks import Abandon, TaskDied, TaskHalted, TaskStuck
from smcheck.runtime.traced import Traced, packages_of
from smcheck.schedulers.protocol import Scheduler
from smcheck.subject import Subject

T = TypeVar("T")


class StuckLife(Exception):
    """A sequential life waits for ever; ``stuck`` says for what."""

    def __init__(self, stuck: Stuck) -> None:
        super().__init__(stuck)
        self.stuck = stuck


class NotControlled(Exception):
    """Something the machine does is out of control; the run says nothing."""


class NoImage(NotControlled):
    """The host dropped the snapshot that a recover was to start from."""


class World(Processes):
    """Run lives and plans of one subject. Use as a context manager."""

    def __init__(self, subject: Subject, *, board: Board | None = None) -> None:
        super().__init__(subject, board or Board.private())
        self.tally = Tally()
        self.patience = Patience()
        self.looking: Looking | None = None
        self.behaviour: Behaviour | None = None
        self.folders = Folders()
        self._trace_packages(subject.machine)
        self.kind: Kind
        self.profile: Profile
        self.deadline: float | None = None
        self._machine_class: type = object
        self.own_class: type = object
        self._images: dict[tuple[tuple[Command, ...], int], Image] = {}

    def __enter__(self) -> World:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End threads and processes, remove folders, give the standard library back."""
        self.end_processes()
        self.executor.close()
        self.folders.clear()

    def rest(self) -> None:
        """Give the standard library back until the next life or execution."""
        self.executor.close()

    def is_late(self, *, grace_s: float = 0.0) -> bool:
        """Return whether the time of the check is over, by more than ``grace_s``."""
        return self.deadline is not None and time.monotonic() > self.deadline + grace_s

    def extend(self, seconds: float) -> None:
        """Leave so much time at least from now on, unless there is no end to it."""
        if self.deadline is not None:
            self.deadline = max(self.deadline, time.monotonic() + seconds)

    def doubts(self) -> list[str]:
        """Return why the check cannot say *held*, one line a reason."""
        reasons = [f"{text} ({times} times)" for text, times in self.tally.doubts.items()]
        if self.pool is None:
            reasons.append(
                "no twin in another process: the subject has no name that another process can "
                "import; make it a module-level name"
            )
        return reasons

    def try_out(self) -> None:
        """Construct a machine once and learn its kind.

        Raises:
            UsageError: The factory raises or asks for unknown parameters, or the machine
                lacks a method that its profile calls, or the method has other parameters.
            NotControlled: The factory does not come back.
        """

        def construct() -> Replica | BaseException:
            try:
                replica = Replica(self.subject, folders=self.folders, opens=False)
                # How a folder is opened is judged; another first call is part of the making.
                if replica.kind is not Kind.ON_DISK:
                    replica.open()
                return replica
            except Abandon:
                raise
            except NotMade as error:
                return error.cause
            except BaseException as error:
                # Also SystemExit and its like: nothing was checked that could be at fault.
                return error

        self.board.begin("construct")
        try:
            replica = self.alone(construct)
        except StuckLife as error:
            raise NotControlled(stuck_breach(error.stuck, "construct").message) from error
        finally:
            self.board.end()
        if isinstance(replica, UsageError):
            raise replica
        if isinstance(replica, BaseException):
            raise UsageError(
                f"{self.subject.name}: expected the factory to give a machine, it raised "
                f"{said(replica)} at {line_of(replica)}: mend the factory or its arguments"
            )
        fault = shape_fault(self.subject, replica)
        if fault:
            raise UsageError(f"{self.subject.name}: {fault}")
        self.kind, self.profile = replica.kind, replica.profile
        self._machine_class = type(replica.machine)
        self.own_class = type(own_object(replica.machine))
        self.executor.close()
        self._trace_packages(self.subject.machine, self._machine_class, self.own_class)

    def _trace_packages(self, *makers: object) -> None:
        """Preempt the packages that the factory and the machine's class come from."""
        names = [name for maker in makers for name in packages_of(maker)]
        self.traced = Traced.of([*names, *self.subject.trace])
        self.executor = Executor(self.traced)

    def show(self, make: Callable[[], Shown]) -> None:
        """Keep what a check looks at, if somebody wants to see it."""
        if self.looking is not None:
            self.looking.shown = make()

    def live(self, script: Script, *, surroundings: Surroundings = PLAIN) -> Life:
        """Let a fresh machine live through ``script`` alone.

        Raises:
            StuckLife: A call waits for ever, alone.
            NotControlled: A call blocks in a way that is not modelled, or does not end.
        """
        self.tally.operations += len(script.steps)
        if self.looking is not None:
            self.looking.lived.append((script, surroundings))
        return self.alone(
            lambda: live(self.subject, script, folders=self.folders, board=self.board),
            surroundings,
            entries=len(script.log),
        )

    @property
    def lacks(self) -> frozenset[str]:
        """Capabilities that machine or host do not have, for the clauses that need them."""
        return frozenset(self.subject.without) | self.profile.lacks

    @property
    def machine_class(self) -> type:
        """Class of the machine, known after ``try_out``."""
        return self._machine_class

    def alone(
        self, body: Callable[[], T], surroundings: Surroundings = PLAIN, *, entries: int = 0
    ) -> T:
        """Run ``body`` on a controlled task of its own and return what it returned.

        Args:
            body: What to run.
            surroundings: What it may read.
            entries: How many commands it applies, where they are many.

        Raises:
            StuckLife: It waits for ever.
            NotControlled: It blocks in a way that is not modelled, or does not end.
        """
        self._require_patience()
        kept = junk(surroundings.junk) if surroundings.junk else []
        clock = _clock(surroundings)
        try:
            with (
                restored(),
                self.executor.session(clock=clock, trace=False, entries=entries) as session,
                reseed(surroundings.entropy),
            ):
                return session.alone(body)
        except TaskStuck as error:
            raise StuckLife(error.stuck) from None
        except (TaskHalted, TaskDied, NotMade) as error:
            raise self._lost(error) from None
        finally:
            del kept

    def _lost(self, error: TaskHalted | TaskDied | NotMade) -> NotControlled:
        """Return what to raise for a run that says nothing."""
        if isinstance(error, TaskHalted):
            self.patience.lose(str(error))
        return NotControlled(str(error))

    def _require_patience(self) -> None:
        if self.patience.is_spent:
            raise NotControlled(self.patience.last)

    def image_of(self, log: tuple[Command, ...], version: int) -> Image:
        """Return another replica's image of ``log[:version]``.

        Raises:
            NotControlled: No image could be made; ``NoImage`` where that is legal.
        """
        key = (log[:version], version)
        if key not in self._images:
            if len(self._images) > 256:
                self._images.clear()
            self._images[key] = self._donated(log[:version])
        return self._images[key]

    def _donated(self, log: tuple[Command, ...]) -> Image:
        try:
            return self.alone(
                lambda: donate(self.subject, log, folders=self.folders), entries=len(log)
            )
        except (NotControlled, StuckLife, UsageError):
            raise
        except Exception as error:
            if isinstance(error, SnapshotAborted) or self.profile.only_drops("save"):
                raise NoImage("the snapshot to recover from was dropped") from error
            # Checks of a replica alone have judged that; here it means that nothing can be run.
            raise NotControlled(
                f"no image of {len(log)} entries could be made: {said(error)} at {line_of(error)}"
            ) from error

    def conduct(self, plan: Plan, scheduler: Scheduler, *, record: bool = False) -> Run:
        """Run ``plan`` under ``scheduler`` on a fresh machine.

        Raises:
            StuckLife: What is done before or after waits for ever.
            NotControlled: It does not come back.
        """
        self._require_patience()
        donors = {
            op.upto: self.image_of(plan.log, op.upto)
            for ops in plan.tasks
            for op in ops
            if isinstance(op, Recover)
        }
        self.tally.schedules += 1
        self.tally.operations += plan.operations
        clock = Clock(PLAIN.wall_s, rate=PLAIN.rate)
        entries = len(plan.log)
        with (
            restored(),
            self.executor.session(clock=clock, entries=entries) as session,
            reseed(PLAIN.entropy),
        ):
            conductor = Conductor(
                self.subject, plan, session,
                folders=self.folders, donors=donors, board=self.board,
            )  # fmt: skip
            try:
                run = conductor.conduct(scheduler, record=record)
            except TaskStuck as error:
                raise StuckLife(error.stuck) from None
            except (TaskHalted, TaskDied, NotMade) as error:
                raise self._lost(error) from None
        if run.execution is not None and run.execution.halted:
            self.patience.lose(run.execution.halted)
        return run

    def recorded(
        self, script: Script, *, surroundings: Surroundings = PLAIN, asks: bool
    ) -> Recorded:
        """Let a machine live through ``script`` with every line noted, for people.

        Args:
            script: What it lives through.
            surroundings: What it may read besides.
            asks: Note what lookups do that only observe, too.

        Raises:
            StuckLife: What is done before or after waits for ever.
            NotControlled: It does not come back.
        """
        self._require_patience()
        kept = junk(surroundings.junk) if surroundings.junk else []
        entries = len(script.log)
        with (
            restored(),
            self.executor.session(clock=_clock(surroundings), entries=entries) as session,
            reseed(surroundings.entropy),
        ):
            recorder = Recorder(session, script, asks=asks)
            try:
                return recorder.live(self.subject, folders=self.folders, board=self.board)
            except (TaskHalted, TaskDied, NotMade) as error:
                raise self._lost(error) from None
            finally:
                del kept

    def watched(self, script: Script) -> Watched:
        """Let a machine live through ``script`` in a folder of which images are taken.

        Raises:
            StuckLife: A call waits for ever, alone.
            NotControlled: A call blocks in a way that is not modelled, or does not end.
        """
        folder = self.folders.fresh()
        watch = CrashWatch(folder, self.traced)
        living = Living(
            self.subject, replace(script, folder=str(folder)),
            folders=self.folders, board=self.board, around=watch.inside,
        )  # fmt: skip

        def body() -> Life:
            with watch.watching():
                return living.live()

        life = self.alone(body)
        return Watched(
            script.steps, life, str(folder), watch.images, watch.opaque, watch.notes, living
        )

    def tidy(self) -> None:
        """Be ready for another plan.

        Removes the folders of past executions, and the images whose files lie there.
        """
        self._images.clear()
        self.folders.clear()
        self.patience.begin_plan()


def _clock(surroundings: Surroundings) -> Clock:
    return Clock(surroundings.wall_s, rate=surroundings.rate, pauses_s=surroundings.pauses_s)


def seeded(*parts: object) -> random.Random:
    """Return a generator that depends on ``parts`` alone."""
    return random.Random("\0".join(map(str, parts)))


__all__ = [
    "PLAIN", "NoImage", "NotControlled", "StuckLife", "Surroundings", "Tally", "Watched", "World",
    "seeded",
]  # fmt: skip
