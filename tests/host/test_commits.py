"""A host with a commit after each update, and with reads that have a row of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import strategies as st

from smcheck.contract.profiles import PROFILES, Kind
from smcheck.contract.types import Entry, Reader, Result, Writer
from smcheck.engine.execute import conduct
from smcheck.engine.world import World
from smcheck.history import History
from smcheck.host.conduct import Run
from smcheck.plan import Close, Command, Lookup, Plan, Prepare, Recover, Save, Update
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.subject import Subject

EXECUTIONS = 300
MET: set[frozenset[str]] = set()
"""Pairs of calls that any machine had in flight together."""


class Block:
    """Note which calls meet, over some lines that a switch can come between."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.busy: list[str] = []

    @contextmanager
    def _in(self, name: str) -> Iterator[None]:
        MET.update(frozenset((name, other)) for other in self.busy)
        self.busy.append(name)
        self.calls.append(name)
        yield
        self.busy.remove(name)

    def open(self, stopped: object) -> None:
        with self._in("open"):
            self.height = 0

    def update(self, entry: Entry) -> Result:
        with self._in("update"):
            self.latest = entry.index
        return Result(entry.index)

    def commit(self) -> None:
        with self._in("commit"):
            self.height = self.latest

    def lookup(self, query: tuple[str]) -> object:
        with self._in("check_tx" if query[0] == "check_tx" else "lookup"):
            return None

    def prepare_snapshot(self) -> object:
        with self._in("prepare"):
            return self.height

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        with self._in("save"):
            writer.write(b"%d" % self.height)

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        with self._in("recover"):
            self.height = int(reader.read())


SUBJECT = Subject(
    machine=Block, kind="concurrent", profile="cometbft", commands=st.just(b"x"),
    queries=st.just(("get",)),
)  # fmt: skip
PLAN = Plan(
    tuple(Command(index, b"x") for index in (1, 2, 3)),
    (("get",), ("check_tx",)),
    (
        (Update(0, 1), Recover(2), Update(1, 3)),
        (Prepare(), Save(), Prepare(), Save()),
        (Close(),),
        (Lookup(0), Lookup(1), Lookup(0)),
        (Lookup(1), Lookup(0), Lookup(1)),
    ),
)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    MET.clear()
    with World(SUBJECT) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=1, switch=0.3)
        made = [conduct(world, PLAN, scheduler) for _ in range(EXECUTIONS)]
    return [run for run in made if run is not None]


def test_calls_meet_as_the_profile_says(runs: list[Run]) -> None:
    allowed = set(PROFILES["cometbft"][Kind.CONCURRENT].beside)
    assert allowed - {frozenset(("lookup", "hash"))} == MET  # the machine has no hash


def test_no_image_is_recovered_into_a_machine_in_use_and_none_is_closed(runs: list[Run]) -> None:
    kinds = {type(call.operation) for run in runs for call in run.history.calls}
    assert kinds == {Update, Lookup, Prepare, Save}


def commits_of(history: History) -> list[list[int] | None]:
    return [call.shown for call in history.of(Update)]


def test_each_entry_has_its_commit_within_the_update(runs: list[Run]) -> None:
    for run in runs:
        first, second = run.history.of(Update)
        assert [len(shown or ()) for shown in commits_of(run.history)] == [1, 2]
        assert first.shown is not None
        assert second.shown is not None
        assert first.began < first.shown[0] < (first.ended or 0)
        assert second.began < second.shown[0] < second.shown[1] < (second.ended or 0)


def test_machine_is_opened_before_it_is_updated_and_not_before_it_recovers() -> None:
    from smcheck.host.replica import Replica
    from smcheck.host.streams import Image

    with World(SUBJECT) as world:

        def body() -> list[list[str]]:
            fresh = Replica(SUBJECT, folders=world.folders)
            fresh.update([Entry(1, b"x")])
            synced = Replica.recovered(SUBJECT, Image(b"4"), folders=world.folders)
            return [fresh.machine.calls, synced.machine.calls]

        assert world.alone(body) == [["open", "update", "commit"], ["recover"]]
