"""A machine that reads a clock nobody holds parts by itself: nothing in between is to blame."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from smcheck import Subject
from smcheck.engine.blame import Blame
from smcheck.engine.caught import Caught
from smcheck.engine.reference import Reference
from smcheck.engine.twins import SEQUENTIAL, Ask
from smcheck.engine.world import World
from smcheck.finding import Breach
from tests.engine.twins.plans import plan_of
from tests.testing import machines

NOW = [0]
PLAN = plan_of([b"\1", b"\2"], "total")


class Stamped(machines.RegularCounter):
    """Keep the second of the latest update, by a clock that is read past Python; saves take one."""

    def apply(self, cmd: bytes) -> int:
        self.total = NOW[0]
        return 0

    def save_snapshot(self, writer: Any, files: object, stopped: object) -> None:  # type: ignore[override]  # no context
        NOW[0] += 1
        super().save_snapshot(writer, files, stopped)


class Stamping(machines.RegularCounter):
    """Write in lookup and in save; deterministic but for that."""

    def lookup(self, query: object) -> object:
        self.total += 1
        return super().lookup(query)

    def save_snapshot(self, writer: Any, files: object, stopped: object) -> None:  # type: ignore[override]  # no context
        self.total += 1
        machines.write_all(writer, json.dumps([self.total]).encode())


def asked(machine: type, body: Callable[[Ask], Breach]) -> tuple[str, str]:
    """Return clause and check of a breach that is found when a second has passed."""
    subject = Subject(
        machine=machine, commands=machines.commands, queries=machines.queries, kind="regular"
    )
    NOW[0] = 0
    with World(subject) as world:
        world.try_out()
        ask = Ask(world, PLAN, Reference(world, PLAN))
        NOW[0] = 1
        breach = body(ask)
    return breach.clause, breach.check


@pytest.mark.parametrize(
    ("check", "machine", "expected"),
    [
        ("lookups", Stamped, ("UPD-1", "again")),
        ("lookups", Stamping, ("LKP-1", "lookups")),
        ("saves", Stamped, ("UPD-1", "again")),
        ("saves", Stamping, ("SAV-3", "saves")),
    ],
)
def test_calls_in_between_are_blamed_unless_plain_lives_part(
    check: str, machine: type, expected: tuple[str, str]
) -> None:
    assert asked(machine, lambda ask: SEQUENTIAL[check](ask)[0]) == expected


@pytest.mark.parametrize(
    ("machine", "expected"),
    [(Stamped, ("UPD-1", "again")), (Stamping, ("LKP-1", "schedules"))],
)
def test_lookups_beside_are_blamed_unless_plain_lives_part(
    machine: type, expected: tuple[str, str]
) -> None:
    breach = Breach(
        "LKP-1", "schedules", "the state is another because lookups ran in between", "", "lookup"
    )

    def blame(ask: Ask) -> Breach:
        return Blame(ask.world, ask.reference, 4, 1).of(Caught(breach, PLAN)).breach

    assert asked(machine, blame) == expected
