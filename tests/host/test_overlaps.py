"""The host overlaps just what the profile lets overlap, and all of it (CONTRACT A1)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import strategies as st

from smcheck.contract.types import Entry, Reader, Result, Writer
from smcheck.engine.explore import conduct
from smcheck.engine.world import World
from smcheck.history import Call
from smcheck.plan import Close, Command, Hash, Lookup, Plan, Prepare, Recover, Save, Update
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.subject import Subject

EXECUTIONS = 400


class Regular:
    """Answer always the same, over some lines that a switch can come between."""

    def _work(self) -> int:
        self.a = 1
        self.b = self.a
        return self.b

    def update(self, entry: Entry) -> Result:
        return Result(self._work())

    def lookup(self, query: object) -> object:
        return self._work()

    def get_hash(self) -> int:
        return self._work()

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        writer.write(b"%d" % self._work())

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        reader.read()
        self._work()

    def close(self) -> None:
        self._work()


class Concurrent(Regular):
    """Do the same as the concurrent kind."""

    def update(self, entries: list[Entry]) -> list[Entry]:  # type: ignore[override]  # other kind
        for entry in entries:
            entry.result = Result(self._work())
        return entries

    def prepare_snapshot(self) -> object:
        return self._work()

    def save_snapshot(  # type: ignore[override]  # other kind
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        writer.write(b"%d" % self._work())


PLAN = Plan(
    tuple(Command(index, b"x") for index in (1, 3, 4)),
    ("q",),
    (
        (Update(0, 1), Recover(2), Update(2, 3)),
        (Prepare(), Save(), Prepare(), Save()),
        (Close(),),
        (Lookup(0), Hash(), Lookup(0)),
        (Hash(), Lookup(0), Hash()),
    ),
)


def pairs_seen(subject: Subject) -> set[frozenset[str]]:
    with World(subject) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=1, switch=0.3)
        seen: set[frozenset[str]] = set()
        for _ in range(EXECUTIONS):
            run = conduct(world, PLAN, scheduler)
            assert run is not None
            seen |= set(overlaps(run.history.calls))
        return seen


def overlaps(calls: list[Call]) -> Iterator[frozenset[str]]:
    for one, other in combinations(calls, 2):
        if one.overlaps(other):
            yield frozenset(type(call.operation).__name__.lower() for call in (one, other))


@pytest.mark.parametrize("concurrent_hash", [False, True])
@pytest.mark.parametrize("machine", [Regular, Concurrent])
def test_what_may_overlap_does_and_nothing_else(machine: type, *, concurrent_hash: bool) -> None:
    subject = Subject(
        machine=machine, commands=st.just(b"x"), queries=st.just("q"),
        concurrent_hash=concurrent_hash,
    )  # fmt: skip
    with World(subject) as world:
        world.try_out()
        allowed = set(world.profile.beside)
    assert pairs_seen(subject) == allowed


def test_no_hash_is_asked_of_a_closed_machine() -> None:
    subject = Subject(machine=Concurrent, commands=st.just(b"x"), queries=st.just("q"))
    with World(subject) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=2)
        for _ in range(EXECUTIONS):
            run = conduct(world, PLAN, scheduler)
            assert run is not None
            [closed] = run.history.of(Close)
            assert all(call.began < closed.began for call in run.history.of(Hash))


def test_no_recover_comes_between_a_prepare_and_its_save() -> None:
    plan = Plan(PLAN.log, (), (PLAN.tasks[0], (Prepare(), Prepare(), Save()), ()))
    subject = Subject(machine=Concurrent, commands=st.just(b"x"), queries=st.just("q"))
    after_abandoned = 0
    with World(subject) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=3)
        for _ in range(EXECUTIONS):
            run = conduct(world, plan, scheduler)
            assert run is not None
            [recover], [save] = run.history.of(Recover), run.history.of(Save)
            abandoned, saved = run.history.of(Prepare)
            assert recover.began < saved.began or recover.began > save.began
            after_abandoned += abandoned.began < recover.began < saved.began
    assert after_abandoned > 0
