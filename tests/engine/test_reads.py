"""What is read is called harmless only while every difference is explained."""

from __future__ import annotations

import pytest

from smcheck.engine.reads import unused_reads
from smcheck.engine.world import World
from smcheck.finding import Breach, Finding, Location, Severity
from tests.testing import machines

PLACE = Location("/machine.py", 3, "Machine.update")


def found(clause: str, *names: str, severity: Severity = Severity.VIOLATION) -> Finding:
    evidence = (("circumstance", ", ".join(names)),) if names else ()
    return Finding(Breach(clause, "check", "t", "m", severity=severity, evidence=evidence), PLACE)


def texts(*findings: Finding) -> list[str]:
    with World(machines.counter) as world:
        world.tally.reads[("clock", PLACE)] = None
        return [finding.breach.message for finding in unused_reads(world, findings)]


@pytest.mark.parametrize(
    "findings",
    [
        (),
        (found("UPD-1", "hash seed"),),
        (found("UPD-1", severity=Severity.HAZARD),),
        (found("PRG-1"),),
    ],
)
def test_a_read_that_nothing_may_come_from_is_called_harmless(
    findings: tuple[Finding, ...],
) -> None:
    [text] = texts(*findings)
    assert text.startswith("no result, answer, hash or recovered state was seen to depend on it")
    assert text.endswith("say so with Subject(reads={'clock'})")


@pytest.mark.parametrize("clause", ["UPD-1", "UPD-2", "HSH-1", "NEW-1", "NEW-2", "SAV-4", "LKP-1"])
def test_a_read_is_suspected_while_a_difference_is_not_explained(clause: str) -> None:
    [text] = texts(found("PRG-1"), found(clause))
    assert text.startswith("what is told above of a difference names no circumstance")
    assert "Subject(reads=" not in text


def test_a_read_that_a_finding_names_is_not_told_again() -> None:
    assert texts(found("UPD-1", "clock"), found("UPD-1")) == []
