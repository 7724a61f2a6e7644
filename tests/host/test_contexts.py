"""A context that is live state is told from one that shares what never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from smcheck import Entry, Result, Subject
from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.host.contexts import HandedOut
from smcheck.plan import Command, Plan, Prepare, Save, Update
from tests.testing import machines

BACK_AND_FORTH = Plan(
    log=tuple(Command(n + 1, (b"\1", b"\0")[n % 2]) for n in range(6)),
    queries=("total",),
    tasks=(tuple(Update(n, n + 1) for n in range(6)), (Prepare(), Save()), (), ()),
)


class Flag(machines.Counter):
    """Hold one number that each command overwrites, and hand out what holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.held = [0]

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.held[0] = self.total = entry.cmd[0]
            entry.result = Result(self.total)
        return entries

    def prepare_snapshot(self) -> object:
        return self.held

    def save_snapshot(self, context: Any, writer: Any, files: object, stopped: object) -> None:
        super().save_snapshot(context[0], writer, files, stopped)
        self.saves = True  # the call goes on for a while

    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        super().recover_from_snapshot(reader, files, stopped)
        self.held = [self.total]


class Settings:
    limit = 3

    def __init__(self) -> None:
        self.names = ["a"]


def test_what_is_changed_and_changed_back_is_live() -> None:
    machine = Flag()
    handed_out = HandedOut(machine.held, machine)
    machine.held[0] = 1
    handed_out.look()
    machine.held[0] = 0
    handed_out.look()
    assert handed_out.live == handed_out.path == "context is machine.held"


def test_what_is_shared_and_never_changes_is_no_live_state() -> None:
    machine = machines.Counter()
    machine.settings = Settings()  # type: ignore[attr-defined]
    handed_out = HandedOut((machine.settings, 0), machine)  # type: ignore[attr-defined]
    machine.total = 1
    handed_out.look()
    assert handed_out.path
    assert not handed_out.live


def test_what_is_shared_beside_something_that_stays_is_watched_too() -> None:
    machine = machines.Counter()
    machine.rows = {"a": ["x"], "b": ["y"]}  # type: ignore[attr-defined]
    handed_out = HandedOut(dict(machine.rows), machine)  # type: ignore[attr-defined]
    machine.rows["b"].append("z")  # type: ignore[attr-defined]
    handed_out.look()
    assert handed_out.live == "context['b'] is machine.rows['b']"


def test_what_is_changed_back_while_it_is_saved_is_live() -> None:
    machine = Flag()
    handed_out = HandedOut(machine.held, machine)
    machine.held[0] = 1
    writer = handed_out.writer()
    assert writer is not None
    assert writer.write(b"1") == 1
    machine.held[0] = 0
    handed_out.look()
    assert handed_out.live
    assert writer._image() == b"1"


def test_save_of_what_shares_nothing_is_not_looked_at() -> None:
    assert HandedOut([1], machines.Counter()).writer() is None


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("dictionary changed size during iteration", "context is machine.held"),
        ("deque mutated during iteration", "context is machine.held"),
        ("no image today", ""),
    ],
)
def test_an_iteration_that_ends_so_shows_live_state(text: str, live: str) -> None:
    machine = Flag()
    handed_out = HandedOut(machine.held, machine)
    handed_out.note(RuntimeError(text))
    assert handed_out.live == live


def test_prepare_is_to_blame_though_the_state_is_what_it_was_when_save_returns() -> None:
    subject = Subject(machine=Flag, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, BACK_AND_FORTH)
        blamed = {
            caught.breach.method
            for seed in range(20)
            for caught in explore(
                world, BACK_AND_FORTH, reference, target=Target(()), schedules=20, seed=seed
            )
        }
    assert blamed == {"prepare_snapshot"}
