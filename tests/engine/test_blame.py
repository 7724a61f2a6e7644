"""What follows from a known defect is not told again; what does not is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smcheck import Entry, Result, Subject
from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.plan import Command, Lookup, Plan, Update
from tests.testing import machines

PLAN = Plan(
    log=tuple(Command(index, b"\1") for index in range(1, 5)),
    queries=("total",),
    tasks=(tuple(Update(n, n + 1) for n in range(4)), (), (), (Lookup(0), Lookup(0))),
)
TORN = ("torn", "schedules", "lookup", "")


class Refilled(machines.Counter):
    """Empty for a moment in each update: half an entry looks like the beginning."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            total, self.total = self.total, 0
            self.total = total + entry.cmd[0]
            entry.result = Result(self.total)
        return entries


class Remembered(machines.Counter):
    """Keep the latest answer; one that was worked out before an update is kept after it."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: int | None = None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.total += entry.cmd[0]
            self.answer = None
            entry.result = Result(self.total)
        return entries

    def lookup(self, query: object) -> object:
        if self.answer is None:
            self.answer = self.total
        return self.answer


def clauses(machine: type, known: tuple[tuple[str, ...], ...]) -> list[str]:
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries,
        without=frozenset({"snapshots"}),
    )  # fmt: skip
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = explore(world, PLAN, reference, target=Target(known), schedules=60, seed=1)
        return [caught.breach.clause for caught in found]


def test_half_an_entry_that_looks_older_follows_from_a_torn_read() -> None:
    assert clauses(Refilled, ()) == ["BAT-6"]
    assert clauses(Refilled, (TORN,)) == []


@pytest.mark.parametrize("known", [(), (TORN,)])
def test_an_answer_that_stays_old_follows_from_no_torn_read(
    known: tuple[tuple[str, ...], ...],
) -> None:
    assert clauses(Remembered, known) == ["RDC-1"]
