"""What a plan is still held to after a first breach on it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from smcheck import Entry, Result, Subject
from smcheck.engine.suite import Effort, examine
from smcheck.engine.world import World
from smcheck.plan import Plan, Prepare, Save
from tests.engine.twins.plans import plan_of
from tests.testing import machines


class CopiedResults(machines.Forgetful):
    """Set results on copies of the entries, and save nothing."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in map(copy, entries):
            entry.result = Result(self.apply(bytes(entry.cmd)))
        return entries


class Reordered(machines.Forgetful):
    """Return the entries in another order, and save nothing."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        return [*super().update(entries), *entries]


class Largest(machines.Counter):
    """Save the largest command so far, and there is none at first."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def apply(self, cmd: bytes) -> int:
        self.seen = [*self.seen, cmd[0]]
        return super().apply(cmd)

    def prepare_snapshot(self) -> object:
        max(self.seen)
        return super().prepare_snapshot()


class Model:
    """Count what is added."""

    def __init__(self) -> None:
        self.total = 0

    def apply(self, cmd: bytes) -> int:
        self.total += cmd[0] % 8
        return self.total

    def query(self, query: object) -> int:
        return self.total


def clauses_on(plan: Plan, machine: type, *, model: type | None = None) -> list[str]:
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries, model=model
    )
    with World(subject) as world:
        world.try_out()
        found = examine(world, plan, Effort(schedules=1))
    return [caught.breach.clause for caught in found]


def test_a_missing_result_does_not_hide_what_an_image_lacks() -> None:
    assert clauses_on(plan_of([b"\1"] * 2, "total"), CopiedResults) == ["UPD-7", "SAV-4"]


def test_a_missing_result_is_not_told_again_as_another_than_the_models() -> None:
    found = clauses_on(plan_of([b"\1"] * 2, "total"), CopiedResults, model=Model)
    assert found == ["UPD-7", "SAV-4"]


def test_entries_that_cannot_be_paired_end_the_comparisons() -> None:
    assert clauses_on(plan_of([b"\1"] * 2, "total"), Reordered) == ["UPD-6"]


def test_an_image_before_the_first_entry_is_tried_alone() -> None:
    plan = plan_of([b"\1"] * 2, "total")
    plan = replace(plan, tasks=(plan.tasks[0], (Prepare(), Save()), (), ()))
    # What follows from it on another thread, or beside an update, is not told beside it.
    assert set(clauses_on(plan, Largest)) - {"UPD-9"} == {"PRE-5"}
