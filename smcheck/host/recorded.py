"""Live one script with every line of the machine noted, for people: nothing is judged by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from smcheck.host.board import Board
from smcheck.host.folders import Folders
from smcheck.host.life import Life, Living, Observe, Script
from smcheck.host.output import overhearing
from smcheck.host.replica import Replica
from smcheck.runtime.execution import Execution
from smcheck.runtime.session import Session
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.subject import Subject


@dataclass(slots=True)
class Recorded:
    """A life that was noted.

    Attributes:
        life: What it showed; ``None`` when it did not come to its end.
        execution: The lines that ran.
        noted: Points that were noted before and after each step.
        output: Lines that were printed and logged in each step.
    """

    life: Life | None = None
    execution: Execution | None = None
    noted: list[tuple[int, int]] = field(default_factory=list)
    output: list[list[str]] = field(default_factory=list)


class Recorder:
    """Makes one recorded life.

    Args:
        session: Where it is lived.
        script: What happens in it.
        asks: Note what lookups do that only observe, too.
    """

    def __init__(self, session: Session, script: Script, *, asks: bool) -> None:
        self._session = session
        self._script = script
        self._asks = asks
        self._is_told = False
        self._made = Recorded()

    def live(self, subject: Subject, *, folders: Folders, board: Board) -> Recorded:
        """Live, and return what was noted."""
        living = Living(
            subject,
            self._script,
            folders=folders,
            board=board,
            around=self._around,
            watch=self._watch,
        )

        def body() -> None:
            self._session.hold_points()
            self._made.life = living.live()

        with overhearing(self._overhear):
            self._made.execution = self._session.run([body], ReplayScheduler(()), record=True)
        return self._made

    @contextmanager
    def _around(self, number: int) -> Iterator[None]:
        begun = self._session.noted
        self._made.output.append([])
        self._is_told = self._asks or not isinstance(self._script.steps[number], Observe)
        try:
            yield
        finally:
            self._made.noted.append((begun, self._session.noted))

    def _watch(self, replica: Replica) -> None:
        replica.resume, replica.pause = self._resume, self._session.hold_points

    def _resume(self) -> None:
        if self._is_told:
            self._session.deliver_points()

    def _overhear(self, line: str) -> None:
        if self._made.output:
            self._made.output[-1].append(line)
