"""What a replica shows alone: an update that raises half-way, under hosts that try it again."""

from __future__ import annotations

import pytest

from smcheck import Subject
from smcheck.engine.findings import build
from smcheck.engine.locate import source_of
from smcheck.engine.suite import Effort, examine
from smcheck.engine.world import World
from smcheck.finding import Breach
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines


class HalfDone(machines.RegularCounter):
    """Count first, and look at the second byte afterwards."""

    def apply(self, cmd: bytes) -> int:
        self.total += cmd[0]
        return self.total + cmd[1]


class Untouched(machines.RegularCounter):
    """Look at the second byte first."""

    def apply(self, cmd: bytes) -> int:
        second = cmd[1]
        self.total += cmd[0]
        return self.total + second


def found_by(machine: type, *, profile: str) -> tuple[list[Breach], int]:
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries, kind="regular",
        profile=profile,
    )  # fmt: skip
    found, tally = made("alone", subject, plan_of([b"\1\1", b"\2"], "total"))
    return found, tally.exercised["UPD-11"]


def test_half_a_change_is_upd_11_under_a_host_that_applies_the_entry_again() -> None:
    [half, raising], times = found_by(HalfDone, profile="pysyncobj")
    assert (half.clause, raising.clause, times) == ("UPD-11", "UPD-8", 1)
    assert "raises IndexError: expected the state before it, lookup('total') = 1, got 3" in (
        half.message
    )


@pytest.mark.parametrize(
    ("machine", "profile", "times"),
    [(Untouched, "pysyncobj", 1), (HalfDone, "dragonboat", 0)],
)
def test_no_change_or_a_host_that_ends_there_is_no_upd_11(
    machine: type, profile: str, times: int
) -> None:
    found, counted = found_by(machine, profile=profile)
    assert ([breach.clause for breach in found], counted) == (["UPD-8"], times)


def test_half_a_change_is_told_with_the_line_that_raises() -> None:
    subject = Subject(
        machine=HalfDone, commands=machines.commands, queries=machines.queries, kind="regular",
        profile="pysyncobj",
    )  # fmt: skip
    with World(subject) as world:
        world.try_out()
        plan = plan_of([b"\1\1", b"\2"], "total")
        half = next(c for c in examine(world, plan, Effort()) if c.breach.clause == "UPD-11")
        finding = build(world, half)
    assert source_of(finding.location) == "self.total += cmd[0]"
    [raises] = finding.related
    assert (raises.role, source_of(raises)) == ("raises", "return self.total + cmd[1]")
