"""Make hazards of what the machine reads without an effect that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smcheck.engine.locate import source_of
from smcheck.engine.world import World
from smcheck.finding import Breach, Finding, Location, Severity, signature

READS = "UPD-1"


def unused_reads(world: World, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a hazard for each circumstance that is read and that no finding names.

    What the subject allows is left out.
    """
    named = {
        name
        for finding in findings
        for key, text in finding.breach.evidence
        if key == "circumstance"
        for name in text.split(", ")
    }
    told: set[str] = set()
    for circumstance, place in world.tally.reads:
        if circumstance in named | told | set(world.subject.reads):
            continue
        told.add(circumstance)
        yield _hazard(world, circumstance, place)


def _hazard(world: World, circumstance: str, place: Location) -> Finding:
    breach = Breach(
        READS, "reads", f"reads what replicas differ in: {circumstance}",
        "no result, answer, hash or recovered state was seen to depend on it; if none ever does, "
        f"say so with Subject(reads={{{circumstance!r}}})",
        method=place.function.rpartition(".")[2], locations=(place,), severity=Severity.HAZARD,
        evidence=(("circumstance", circumstance),),
    )  # fmt: skip
    name = signature(world.subject.name, breach, place.function, source_of(place))
    return Finding(breach=breach, location=place, related=(), signature=name, diagram="")
