"""Make hazards of what the machine reads without an effect that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smcheck.engine.locate import source_of
from smcheck.engine.world import World
from smcheck.finding import Breach, Finding, Location, Severity, signature

READS = "UPD-1"
_DIFFERENCES = frozenset({"UPD-1", "UPD-2", "HSH-1", "NEW-1", "NEW-2", "SAV-4", "LKP-1"})
"""Clauses that a machine breaks which depends on what it reads."""
_UNSEEN = (
    "no result, answer, hash or recovered state was seen to depend on it; if none ever does, "
    "say so with Subject(reads={{{!r}}})"
)
_SUSPECT = (
    "what is told above of a difference names no circumstance, and may come from this; see what "
    "the value goes into"
)


def unused_reads(world: World, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a hazard for each circumstance that is read and that no finding names.

    What the subject allows is left out. While a difference is not explained, none is called
    harmless.
    """
    named = {name for finding in findings for name in _circumstances(finding)}
    suspect = any(_is_unexplained(finding) for finding in findings)
    told: set[str] = set()
    for circumstance, place in world.tally.reads:
        if circumstance in named | told | set(world.subject.reads):
            continue
        told.add(circumstance)
        text = _SUSPECT if suspect else _UNSEEN.format(circumstance)
        yield _hazard(world, circumstance, place, text)


def _circumstances(finding: Finding) -> list[str]:
    texts = (text for key, text in finding.breach.evidence if key == "circumstance")
    return [name for text in texts for name in text.split(", ")]


def _is_unexplained(finding: Finding) -> bool:
    breach = finding.breach
    is_difference = breach.clause in _DIFFERENCES and breach.severity is not Severity.HAZARD
    return is_difference and not _circumstances(finding)


def _hazard(world: World, circumstance: str, place: Location, text: str) -> Finding:
    breach = Breach(
        READS, "reads", f"reads what replicas differ in: {circumstance}", text,
        method=place.function.rpartition(".")[2], locations=(place,), severity=Severity.HAZARD,
        evidence=(("circumstance", circumstance),),
    )  # fmt: skip
    name = signature(world.subject.name, breach, place.function, source_of(place))
    return Finding(breach=breach, location=place, related=(), signature=name)
