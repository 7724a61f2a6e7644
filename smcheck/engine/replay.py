"""Run a stored case again and say what became of it.

First exactly as it was stored. Where that shows nothing, the schedule is laid anew along the
lines that it switched at, and then others are searched: only what no try shows is fixed.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from smcheck.circumstances.data import ANOTHER_PYTHON
from smcheck.circumstances.pythons import with_python
from smcheck.circumstances.settings import Choice
from smcheck.engine.again import exactly, found_by_search, laid_anew
from smcheck.engine.caught import Caught
from smcheck.engine.execute import replay_schedule
from smcheck.engine.findings import build
from smcheck.engine.reference import Reference
from smcheck.engine.same import is_same
from smcheck.engine.suite import Effort, examine
from smcheck.engine.twins import IN_WORKERS
from smcheck.engine.whereabouts import absolute_target
from smcheck.engine.witness import Witness
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.errors import UsageError
from smcheck.finding import Breach, Finding, Severity
from smcheck.host.board import Board
from smcheck.subject import Subject

_TRIES = 3
_TRIES_BY_CHECK = {"again": 40, "surroundings": 40, "processes": 10}
"""More where the addresses of objects may decide, which nobody controls in one process."""
_TRACED = frozenset({"cuts", "ids"})
"""Checks of this process whose line a worker looks for, tracing two lives."""
_PARTED = frozenset({*_TRIES_BY_CHECK, *_TRACED})
_LIMIT_TOLD = 6
"""Cases of other signatures that are made findings of, before the next one is given up."""


class Status(StrEnum):
    """What a replay says."""

    FIXED = "fixed"
    FAILS = "still fails"
    DIFFERS = "fails differently"
    CANNOT = "cannot be replayed"


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome of a replay; ``finding`` is what it shows now, and ``caught`` the case of it."""

    status: Status
    finding: Finding | None = None
    reason: str = ""
    caught: Caught | None = None


def replay(
    witness: Witness, subject: Subject, *, board: Board | None = None, tells: bool = True
) -> Replay:
    """Run the case of ``witness`` on ``subject``.

    Args:
        witness: The case, and what it showed.
        subject: What it is run on now.
        board: Where the calls are noted while it runs.
        tells: Make a finding for a reader. Without one the circumstance and the line of a
            difference between twins are not looked for again, which takes seconds.

    Raises:
        UsageError: A helper of the subject, such as its model, raises.
    """
    caught = witness.caught()
    with World(subject, board=board) as world:
        world.target = absolute_target(witness.target, witness.folder)
        world.seed = witness.seed
        try:
            world.try_out()
            world.choice = _with_python(witness.choice)
        except NotControlled as error:
            return Replay(Status.CANNOT, reason=f"no machine could be made: {error}")
        except UsageError as error:
            return Replay(Status.CANNOT, reason=str(error))
        if caught.breach.check in IN_WORKERS or (tells and caught.breach.check in _TRACED):
            world.start_workers()
        return _Case(world, witness, caught, tells=tells).judge()


class _Case:
    """One stored case, and the first other finding that it has led to."""

    def __init__(self, world: World, witness: Witness, caught: Caught, *, tells: bool) -> None:
        self._world = world
        self._witness = witness
        self._caught = caught
        self._tells = tells
        self._other: Replay | None = None
        self._told = 0

    def judge(self) -> Replay:
        """Try until the breach shows again, and say what that comes to."""
        for again in self._tries():
            outcome = self._tell(again)
            if outcome is not None:
                return outcome
        if self._other is None and self._world.tally.doubts:
            return self._out_of_control()
        other = self._other or self._otherwise()
        if other is not None:
            return other
        if self._world.tally.doubts:
            return self._out_of_control()
        return Replay(Status.FIXED, reason=_elsewhere(self._witness.versions.get("python", "")))

    def _tries(self) -> Iterator[Caught]:
        """Yield what shows a breach of the same key, until somebody has seen enough."""
        world, caught = self._world, self._caught
        yield from exactly(world, caught, tries=_TRIES_BY_CHECK.get(caught.breach.check, _TRIES))
        if caught.breach.check == "schedules":
            yield from laid_anew(world, caught, self._witness.anchors())
            yield from found_by_search(world, caught, seed=self._witness.seed)

    def _tell(self, again: Caught) -> Replay | None:
        """Return the outcome if this is the breach that was stored; keep another one."""
        named = self._is_named_by_clause(again.breach)
        if named and not self._tells:
            return Replay(Status.FAILS, caught=again)
        if self._told >= _LIMIT_TOLD:
            return None
        self._told += 1
        finding = build(self._world, again)
        if named or is_same(self._witness, again.breach, finding):
            return Replay(Status.FAILS, finding, caught=again)
        self._other = self._other or Replay(Status.DIFFERS, finding, caught=again)
        return None

    def _otherwise(self) -> Replay | None:
        """Return what else the case shows: of another kind, or before the check can be made."""
        world, caught = self._world, self._caught
        found: list[Caught] = []
        if caught.breach.check == "schedules":
            found += self._of_the_schedule()
        found += examine(world, caught.plan, Effort(schedules=1, only=caught.breach.check))
        if caught.breach.check != "alone":
            alone = examine(world, caught.plan, Effort(only="alone"))
            found += [one for one in alone if _is_in_the_way(one.breach)]
        for one in found:
            if one.breach.severity is Severity.VIOLATION:
                return Replay(Status.DIFFERS, build(world, one), caught=one)
        return None

    def _of_the_schedule(self) -> list[Caught]:
        try:
            reference = Reference.of(self._world, self._caught.plan)
            if not reference.is_whole():
                return []
        except (StuckLife, NotControlled):
            return []  # what is examined next says why
        return replay_schedule(self._world, self._caught.plan, reference, self._caught.schedule)

    def _out_of_control(self) -> Replay:
        return Replay(Status.CANNOT, reason="; ".join(self._world.tally.doubts))

    def _is_named_by_clause(self, breach: Breach) -> bool:
        """Which line two lives part at may differ from run to run: it is the same defect."""
        return breach.check in _PARTED and breach.clause == self._witness.breach.clause


def _is_in_the_way(breach: Breach) -> bool:
    """Return whether a breach of another check keeps the log from coming to its end.

    Any other is a defect beside the one that was stored, which may be mended all the same.
    """
    return bool(breach.error) or breach.clause.startswith("PRG")


def _elsewhere(found_on: str) -> str:
    """Return what to say where another Python, whose steps are others, showed the breach."""
    here = platform.python_version()
    if not found_on or found_on.split(".")[:2] == here.split(".")[:2]:
        return ""
    then = found_on[:20]
    return f"it does not fail on Python {here}; it was found on Python {then}: try that too"


def _with_python(choice: Choice) -> Choice:
    """Return the choice with an interpreter that is here: a file from elsewhere names none.

    Raises:
        UsageError: There is none.
    """
    if ANOTHER_PYTHON not in choice.names:
        return choice
    return replace(choice, python=with_python({ANOTHER_PYTHON: ""})[ANOTHER_PYTHON])
