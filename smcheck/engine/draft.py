"""The witness of a plan before it runs, in case it takes the process with it.

Whoever survives fills in what came of it. It holds the plan and no schedule: which one ran
when the process died nobody is left to tell.
"""

from __future__ import annotations

import msgspec

from smcheck.circumstances.settings import derive_seed
from smcheck.engine.caught import Caught
from smcheck.engine.findings import build
from smcheck.engine.replay import Replay, Status
from smcheck.engine.suite import Effort, examine
from smcheck.engine.whereabouts import absolute_target
from smcheck.engine.witness import BreachRecord, Witness, record
from smcheck.engine.world import NotControlled, World
from smcheck.errors import UsageError
from smcheck.finding import Breach, Finding, Location, Severity
from smcheck.host.board import Board
from smcheck.plan import Plan
from smcheck.subject import Subject

CHECK = "process"
"""Name of the check that sees a process end."""

_SCHEDULES = 20


def draft(world: World, plan: Plan) -> Witness:
    """Return a witness of ``plan`` that lacks the breach."""
    breach = Breach("", CHECK, "", "")
    return record(world, Caught(breach, plan, ()), Finding(breach, Location("", 1, "")))


def filled(drafted: Witness, finding: Finding) -> Witness:
    """Return a drafted witness with what came of its case."""
    breach = finding.breach
    told = BreachRecord(
        breach.clause, breach.check, breach.title, breach.message, breach.method, breach.error,
        finding.signature,
    )  # fmt: skip
    return msgspec.structs.replace(drafted, breach=told)


def relive(witness: Witness, subject: Subject, *, board: Board | None = None) -> Replay:
    """Run the plan of a drafted witness as a check does and say what became of it.

    It returns at all only if the process survives.
    """
    with World(subject, board=board) as world:
        world.target = absolute_target(witness.target, witness.folder)
        world.seed = witness.seed
        try:
            world.try_out()
        except NotControlled as error:
            return Replay(Status.CANNOT, reason=f"no machine could be made: {error}")
        except UsageError as error:
            return Replay(Status.CANNOT, reason=str(error))
        world.start_workers()
        plan = witness.plan()
        # The seed that the search had for the schedules of this plan.
        seed = derive_seed(witness.seed, plan.log, plan.tasks)
        found = examine(world, plan, Effort(schedules=_SCHEDULES, seed=seed))
        wrong = [caught for caught in found if caught.breach.severity is Severity.VIOLATION]
        if wrong:
            return Replay(Status.DIFFERS, build(world, wrong[0]), caught=wrong[0])
        if world.tally.doubts:
            return Replay(Status.CANNOT, reason="; ".join(world.tally.doubts))
    return Replay(Status.FIXED)
