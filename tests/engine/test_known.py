"""What is known to be wrong explains what it makes wrong, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from smcheck import Entry, Result, Subject
from smcheck.engine.explore import Target, explore
from smcheck.engine.findings import build
from smcheck.engine.minimise import minimise
from smcheck.engine.reference import Reference
from smcheck.engine.suite import Effort, examine
from smcheck.engine.world import World
from smcheck.finding import Severity
from smcheck.plan import Command, Lookup, Plan, Recover, Update
from tests.engine.twins.plans import plan_of
from tests.testing import machines

SHARED = ("NEW-1", "again", "__init__", "")
STOPPED = ("REC-4", "stopped-recovers", "recover_from_snapshot", "")
WRITES = ("LKP-1", "schedules", "lookup", "")
THREAD = ("THR-1", "schedules", "", "")
BESIDE_RECOVER = Plan(
    log=(Command(1, b"\1"), Command(2, b"\2")),
    queries=("total",),
    tasks=((Update(0, 1), Recover(2)), (), (), (Lookup(0), Lookup(0))),
)


class Marked(machines.Forgetful):
    """Save nothing, and remember large commands for all instances."""

    large: ClassVar[set[int]] = set()

    def apply(self, cmd: bytes) -> int:
        if cmd[0] in self.large:
            return 0
        if cmd[0] > 9:
            self.large.add(cmd[0])
        return super().apply(cmd)


class Restored(machines.Counter):
    """Forget in recover, for all instances, which large commands there were."""

    large: ClassVar[set[int]] = set()

    def apply(self, cmd: bytes) -> int:
        if cmd[0] in self.large:
            return 0
        if cmd[0] > 9:
            self.large.add(cmd[0])
        return super().apply(cmd)

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        super().recover_from_snapshot(reader, files, stopped)
        self.large.clear()


class Stepwise(machines.Counter):
    """Empty first and fill afterwards in recover."""

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        self.total = 0
        super().recover_from_snapshot(reader, files, stopped)


class Pointing(machines.Counter):
    """Leave in one place, also in a lookup, at which of two numbers to look."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.at = 0
            self.total = [self.total + entry.cmd[0]][self.at]
            entry.result = Result(self.total)
        return entries

    def lookup(self, query: object) -> object:
        total = self.total
        self.at = 1
        return total


marked = Subject(machine=Marked, commands=machines.commands, queries=machines.queries)
restored = Subject(machine=Restored, commands=machines.commands, queries=machines.queries)


def examined(name: str, plan: Plan, *known: tuple[str, ...]) -> list[str]:
    """Return the clauses that a subject of this module breaks, once some keys are known."""
    with World(globals()[name]) as world:
        world.target = f"{__file__}:{name}"
        world.try_out()
        world.start_workers()
        found = examine(world, plan, Effort(schedules=1, known=known))
    breaches = (caught.breach for caught in found)
    return [breach.clause for breach in breaches if breach.severity is Severity.VIOLATION]


def explored(machine: type, plan: Plan, *known: tuple[str, ...]) -> set[str]:
    """Return the clauses that schedules show, once some keys are known."""
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, plan)
        found = explore(world, plan, reference, target=Target(known), schedules=40, seed=1)
        return {caught.breach.clause for caught in found}


def test_what_instances_share_explains_no_image_that_lacks_a_part_in_a_process_of_its_own() -> None:
    assert examined("marked", plan_of([b"\1"] * 2, "total"), SHARED) == ["SAV-4"]


def test_what_instances_share_explains_what_no_process_of_its_own_shows() -> None:
    plan = plan_of([b"\1", b"\x0a"], "total")
    Restored.large.add(10)
    assert examined("restored", plan) != []
    Restored.large.add(10)
    assert examined("restored", plan, SHARED) == []


def test_a_recover_step_by_step_explains_what_a_lookup_sees_of_it() -> None:
    assert explored(Stepwise, BESIDE_RECOVER) == {"LKP-5"}
    assert explored(Stepwise, BESIDE_RECOVER, STOPPED) == set()


def test_a_lookup_beside_recover_is_told_with_where_recover_stood() -> None:
    subject = Subject(machine=Stepwise, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        found = explore(
            world, BESIDE_RECOVER, Reference(world, BESIDE_RECOVER), target=Target(()),
            schedules=40, seed=1,
        )  # fmt: skip
        finding = build(world, minimise(world, next(found)))
    assert finding.location.function == "Counter.lookup"
    [writer] = finding.related
    assert writer.role == "writer"
    assert writer.function.endswith(".recover_from_snapshot")


def test_a_lookup_that_writes_explains_an_update_that_falls_over_it() -> None:
    plan = plan_of([b"\1"] * 3, "total")
    assert explored(Pointing, plan) == {"CRA-1"}
    assert explored(Pointing, plan, WRITES) == set()


@pytest.mark.parametrize("known", [STOPPED, THREAD])
def test_another_known_defect_explains_nothing(known: tuple[str, ...]) -> None:
    assert explored(Pointing, plan_of([b"\1"] * 3, "total"), known) == {"CRA-1"}
