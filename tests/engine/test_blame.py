"""What follows from a known defect is not told again; what does not is."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from smcheck import Entry, Result, Subject
from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.plan import Command, Lookup, Plan, Prepare, Save, Update
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


def clauses(machine: type, known: tuple[tuple[str, ...], ...], *, plan: Plan = PLAN) -> list[str]:
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries,
        without=frozenset({"snapshots"}),
    )  # fmt: skip
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, plan)
        found = explore(world, plan, reference, target=Target(known), schedules=60, seed=1)
        return [caught.breach.clause for caught in found]


def test_half_an_entry_that_looks_older_follows_from_a_torn_read() -> None:
    assert clauses(Refilled, ()) == ["BAT-6"]
    assert clauses(Refilled, (TORN,)) == []


@pytest.mark.parametrize("known", [(), (TORN,)])
def test_an_answer_that_stays_old_follows_from_no_torn_read(
    known: tuple[tuple[str, ...], ...],
) -> None:
    assert clauses(Remembered, known) == ["RDC-1"]


class Staged(machines.Counter):
    """Add the first of two commands when the second comes; the first waits on its thread."""

    def __init__(self) -> None:
        super().__init__()
        self.session = threading.local()

    def apply(self, cmd: bytes) -> int:
        waiting = getattr(self.session, "waiting", 0)
        self.session.waiting = 0 if waiting else cmd[0]
        self.total += waiting
        return self.total

    def prepare_snapshot(self) -> object:
        return [self.total, getattr(self.session, "waiting", 0)]

    def save_snapshot(self, context: Any, writer: Any, files: object, stopped: object) -> None:
        machines.write_all(writer, bytes(context))

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        self.total, self.session.waiting = b"".join(iter(reader.read, b""))


class StagedForAll(Staged):
    """The same with one place for all threads."""

    def __init__(self) -> None:
        super().__init__()
        self.session = SimpleNamespace()  # type: ignore[assignment]  # the sibling's difference


@pytest.mark.parametrize(("machine", "expected"), [(Staged, {"THR-1"}), (StagedForAll, set())])
def test_image_that_another_thread_makes_otherwise_is_no_torn_one(
    machine: type, expected: set[str]
) -> None:
    plan = replace(PLAN, tasks=(PLAN.tasks[0], (Prepare(), Save()), (), ()))
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, plan)
        found = explore(world, plan, reference, target=Target(()), schedules=60, seed=1)
        assert {caught.breach.clause for caught in found} == expected


class OneThread(machines.Counter):
    """Update on the thread that made it only."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.get_ident()

    def apply(self, cmd: bytes) -> int:
        if threading.get_ident() != self.thread:
            raise RuntimeError("another thread")
        return super().apply(cmd)


class PoolRace(machines.Counter):
    """Count on two threads of its own without a lock."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        def count(entry: Entry) -> None:
            before = self.total
            self.total = before + 1
            entry.result = Result(0)

        threads = [threading.Thread(target=count, args=(entry,)) for entry in entries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return entries


def test_update_comes_from_another_thread_than_the_one_that_made_the_machine() -> None:
    assert clauses(OneThread, ()) == ["THR-1"]


def test_race_among_a_machines_own_threads_is_no_matter_of_lookups() -> None:
    plan = replace(PLAN, tasks=((Update(0, 4),), (), (), (Lookup(0), Lookup(0))))
    assert clauses(PoolRace, (), plan=plan) == ["UPD-1"]
