"""How many schedules a plan gets, and what of an execution is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, getcontext
from typing import Any

import pytest
from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.finding import Severity
from smcheck.plan import Command, Hash, Lookup, Plan, Prepare, Recover, Save, Update
from tests.testing import machines

PLAN = Plan(
    log=(Command(1, b"\1"), Command(2, b"\2")),
    queries=("total",),
    tasks=((Update(0, 2),), (), (), (Lookup(0),)),
)

SAVES_LATE = 1
"""A seed under which prepare comes before the last of two entries."""


@pytest.mark.parametrize(("until_s", "schedules"), [(None, 20), (1e12, 20), (0.0, 4)])
def test_plan_whose_time_is_over_gets_a_few_schedules(
    until_s: float | None, schedules: int
) -> None:
    with World(machines.counter) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = explore(
            world, PLAN, reference, target=Target(()), schedules=20, seed=1, until_s=until_s
        )
        assert list(found) == []
        assert world.tally.schedules == schedules


class Backwards(machines.Counter):
    """Count each letter; the entries of a batch are applied from the last one on."""

    def __init__(self) -> None:
        self.counts = [0, 0]

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in reversed(entries):
            self.counts[entry.cmd[0] % 2] += 1
            entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        return tuple(self.counts)


def test_hazard_of_overlapping_calls_is_told() -> None:
    subject = Subject(
        machine=Backwards,
        commands=st.binary(min_size=1, max_size=1),
        queries=st.just("total"),
        without=frozenset({"snapshots"}),
    )
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = list(explore(world, PLAN, reference, target=Target(()), schedules=40, seed=1))
    assert [(c.breach.clause, c.breach.severity) for c in found] == [("RDC-3", Severity.HAZARD)]


class Precise(machines.Counter):
    """Divides with three digits, on the thread that made it."""

    def __init__(self) -> None:
        super().__init__()
        getcontext().prec = 3

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0, str(Decimal(1) / Decimal(7)).encode())
        return entries


def test_what_another_thread_comes_to_is_no_fault_of_lookups() -> None:
    subject = Subject(
        machine=Precise, commands=machines.commands, queries=machines.queries,
        without=frozenset({"snapshots"}),
    )  # fmt: skip
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = explore(world, PLAN, reference, target=Target(()), schedules=20, seed=1)
        assert [caught.breach.clause for caught in found] == ["THR-1"]


class Listed(machines.Counter):
    """A context is the machine's own list."""

    def __init__(self) -> None:
        self.sums = [0]

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.sums[0] += entry.cmd[0]
            entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        return self.sums[0]

    def prepare_snapshot(self) -> Any:
        return self.sums

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        writer.write(str(context[0]).encode())

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.sums = [int(reader.read(-1))]


class Copied(Listed):
    """A context is a copy."""

    def prepare_snapshot(self) -> Any:
        return [*self.sums]


@pytest.mark.parametrize(("machine", "clauses"), [(Listed, ["SAV-1"]), (Copied, [])])
def test_entries_come_between_prepare_and_save_in_the_second_schedule(
    machine: type, clauses: list[str]
) -> None:
    plan = replace(PLAN, tasks=((Update(0, 2),), (Prepare(), Save()), (), (Lookup(0),)))
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, plan)
        found = explore(world, plan, reference, target=Target(()), schedules=2, seed=SAVES_LATE)
        assert [caught.breach.clause for caught in found] == clauses


class Hashed(machines.Counter):
    """Counter with a hash."""

    def get_hash(self) -> int:
        return self.total


def test_hash_beside_the_end_of_a_long_log_is_that_of_its_version() -> None:
    log = tuple(Command(index, b"\1") for index in range(1, 231))
    plan = Plan(log, ("total",), ((Recover(226), Update(226, 230)), (), (), (Hash(), Lookup(0))))
    subject = Subject(machine=Hashed, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, plan)
        assert len(reference.hashes_seen) < len(reference.hashes) == 231
        found = explore(world, plan, reference, target=Target(()), schedules=20, seed=1)
        assert list(found) == []
