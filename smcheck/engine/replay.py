"""Run a stored case again and say what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from smcheck.circumstances.data import ANOTHER_PYTHON
from smcheck.circumstances.pythons import with_python
from smcheck.circumstances.settings import Choice
from smcheck.engine.findings import build
from smcheck.engine.suite import Effort, examine, show_again
from smcheck.engine.twins import IN_WORKERS
from smcheck.engine.witness import Witness
from smcheck.engine.world import NotControlled, World
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


class Status(StrEnum):
    """What a replay says."""

    FIXED = "fixed"
    FAILS = "still fails"
    DIFFERS = "fails differently"
    CANNOT = "cannot be replayed"


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome of a replay; ``finding`` is what it shows now."""

    status: Status
    finding: Finding | None = None
    reason: str = ""


def replay(
    witness: Witness, subject: Subject, *, board: Board | None = None, tells: bool = True
) -> Replay:
    """Run the case of ``witness`` on ``subject`` exactly as it was stored.

    Args:
        tells: Make a finding for a reader. Without one the circumstance and the line of a
            difference between twins are not looked for again, which takes seconds.

    Raises:
        UsageError: The subject or the witness is not what it must be.
    """
    caught = witness.caught()
    with World(subject, board=board) as world:
        world.target, world.seed = witness.target, witness.seed
        try:
            world.try_out()
        except NotControlled as error:
            return Replay(Status.CANNOT, reason=f"no machine could be made: {error}")
        try:
            world.choice = _with_python(witness.choice)
        except UsageError as error:
            return Replay(Status.CANNOT, reason=str(error))
        if caught.breach.check in IN_WORKERS or (tells and caught.breach.check in _TRACED):
            world.start_workers()
        for _ in range(_TRIES_BY_CHECK.get(caught.breach.check, _TRIES)):
            again = show_again(world, caught)
            if again is not None and not tells and _is_named_by_clause(witness, again.breach):
                return Replay(Status.FAILS)
            if again is not None:
                return _same_or_other(witness, build(world, again))
        if world.tally.doubts:
            return Replay(Status.CANNOT, reason="; ".join(world.tally.doubts))
        only = Effort(schedules=1, only=caught.breach.check)
        others = [
            c for c in examine(world, caught.plan, only) if c.breach.severity is Severity.VIOLATION
        ]
        if others:
            return Replay(Status.DIFFERS, build(world, others[0]))
    return Replay(Status.FIXED)


def _with_python(choice: Choice) -> Choice:
    """Return the choice with an interpreter that is here: a file from elsewhere names none.

    Raises:
        UsageError: There is none.
    """
    if ANOTHER_PYTHON not in choice.names:
        return choice
    return replace(choice, python=with_python({ANOTHER_PYTHON: ""})[ANOTHER_PYTHON])


def _is_named_by_clause(witness: Witness, breach: Breach) -> bool:
    """Which line two lives part at may differ from run to run: it is the same defect."""
    return breach.check in _PARTED and breach.clause == witness.breach.clause


def _same_or_other(witness: Witness, finding: Finding) -> Replay:
    same = finding.signature == witness.breach.signature
    same |= _is_named_by_clause(witness, finding.breach)
    return Replay(Status.FAILS if same else Status.DIFFERS, finding)
