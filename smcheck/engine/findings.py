"""Make a finding out of a minimised case: the line, the picture, the signature."""

from __future__ import annotations

from dataclasses import replace

from smcheck.circumstances.data import SCHEDULE
from smcheck.contract.clauses import CLAUSES
from smcheck.engine.caught import Caught
from smcheck.engine.execute import recorded
from smcheck.engine.locate import Lines, locate, source_of
from smcheck.engine.nondeterminism import explain
from smcheck.engine.scenes import scenario_of
from smcheck.engine.undisturbed import undisturbed
from smcheck.engine.world import World
from smcheck.finding import Breach, Finding, Severity, signature
from smcheck.host.conduct import Run
from smcheck.subject import Subject

_DIVERGENCE = frozenset({"UPD-1", "UPD-2", "HSH-1"})


def build(world: World, caught: Caught) -> Finding:
    """Return the finding that a person reads; the case should be minimal already."""
    with undisturbed():
        caught = replace(caught, breach=_circumstanced(explain(world, caught)))
        run = _recorded(world, caught)
        lines = locate(world, caught, run)
        return _finding(world, caught, lines, run)


def _circumstanced(breach: Breach) -> Breach:
    """Name the schedule where that is what makes two lives of one log part."""
    if breach.check != "schedules" or breach.clause not in _DIVERGENCE:
        return breach
    return replace(breach, evidence=(*breach.evidence, ("circumstance", SCHEDULE)))


def _recorded(world: World, caught: Caught) -> Run | None:
    """Run the schedule once more with every line recorded; ``None`` for sequential checks."""
    if caught.breach.check != "schedules":
        return None
    return recorded(world, caught.plan, caught.schedule)


def _finding(world: World, caught: Caught, lines: Lines, run: Run | None) -> Finding:
    subject, breach = world.subject, caught.breach
    location = lines[0]
    return Finding(
        breach=breach,
        location=location,
        related=lines[1:],
        signature=signature(subject.name, breach, location.function, source_of(location)),
        scenario=scenario_of(world, caught, run),
    )


def weighed(subject: Subject, finding: Finding) -> Finding:
    """Return the finding with how much it counts for a subject that may know it already."""
    clause = CLAUSES.get(finding.breach.clause)
    if clause is not None and str(clause.severity) == Severity.HAZARD:
        breach = replace(finding.breach, severity=Severity.HAZARD)
        finding = replace(finding, breach=breach)
    return finding.weighed(subject.known)
