"""Commands that no strategy draws: when an exception on one of them counts, and as what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smcheck import Subject
from smcheck.engine.suite import Effort, examine
from smcheck.engine.world import World
from smcheck.finding import Severity
from smcheck.plan import Command, Plan
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines


class Total(machines.Counter):
    """Count any bytes."""

    def apply(self, cmd: bytes) -> int:
        self.total += sum(cmd[:4])
        return self.total


class FirstByte(machines.Counter):
    """Count the first byte, and think that there is one."""

    def apply(self, cmd: bytes) -> int:
        self.total += cmd[0]
        return self.total


class Json(machines.Counter):
    """Take a JSON number, and nothing else."""

    def apply(self, cmd: bytes) -> int:
        self.total += json.loads(cmd)
        return self.total


class Short(Total):
    """Take what is no longer than a page."""

    def apply(self, cmd: bytes) -> int:
        if len(cmd) > 4096:
            raise OverflowError
        return super().apply(cmd)


class NeverSeven(Total):
    """Raise on one command of the grammar."""

    def apply(self, cmd: bytes) -> int:
        if cmd == b"7":
            raise LookupError
        return super().apply(cmd)


def subject_of(machine: type, *, any_bytes: bool, **fields: Any) -> Subject:
    return Subject(
        machine=machine, commands=machines.commands, queries=machines.queries,
        any_bytes=any_bytes, **fields,
    )  # fmt: skip


def with_added(plan: Plan, cmd: bytes) -> Plan:
    """Return the plan with its last command replaced by one of the host's."""
    last = len(plan.log) - 1
    return plan.with_entry(last, Command(plan.log[last].index, cmd, added=True))


def clauses_of(subject: Subject, plan: Plan, *, only: str = "alone") -> list[str]:
    with World(subject) as world:
        world.try_out()
        return [caught.breach.clause for caught in examine(world, plan, Effort(only=only))]


def test_an_exception_on_an_empty_command_is_a_hazard_where_only_a_grammar_is_legal() -> None:
    subject = subject_of(FirstByte, any_bytes=False)
    [breach], tally = made("unusual", subject, plan_of([b"\1"], "total"))
    assert (breach.clause, breach.severity, breach.error) == (
        "UPD-9", Severity.HAZARD, "IndexError",
    )  # fmt: skip
    assert "after 1 entries: expected a Result of the command b'', got" in breach.message
    assert tally.exercised["UPD-9"] == 1


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (Json, "the command b'?', got raise JSONDecodeError"),
        (Short, "a command of 1048576 bytes, got raise OverflowError"),
    ],
)
def test_an_exception_on_a_malformed_or_huge_command_counts_where_any_is_legal(
    machine: type, text: str
) -> None:
    subject = subject_of(machine, any_bytes=True)
    [breach], tally = made("unusual", subject, plan_of([b"1"], "total"))
    assert (breach.clause, breach.severity) == ("UPD-10", Severity.VIOLATION)
    assert text in breach.message
    assert tally.exercised["UPD-10"] == 1


@pytest.mark.parametrize("any_bytes", [False, True])
def test_a_machine_that_takes_any_command_is_left_alone(any_bytes: bool) -> None:
    subject = subject_of(Total, any_bytes=any_bytes)
    assert made("unusual", subject, plan_of([b"1"], "total"))[0] == []


@pytest.mark.parametrize(
    ("machine", "plan", "clause"),
    [
        (NeverSeven, plan_of([b"1", b"7"], "total"), "UPD-8"),
        (FirstByte, plan_of([b"1", b""], "total"), "UPD-9"),
        (FirstByte, with_added(plan_of([b"1", b"1"], "total"), b""), "UPD-9"),
        (Json, with_added(plan_of([b"1", b"1"], "total"), b"\x80"), "UPD-10"),
        (Short, with_added(plan_of([b"1", b"1"], "total"), b"1" * 9999), "UPD-10"),
    ],
)
def test_an_exception_where_any_bytes_are_legal_has_the_clause_of_its_command(
    machine: type, plan: Plan, clause: str
) -> None:
    assert clauses_of(subject_of(machine, any_bytes=True), plan) == [clause]


@pytest.mark.parametrize("cmd", [b"", b"x"])
def test_an_exception_on_a_drawn_command_is_upd_8_where_only_a_grammar_is_legal(
    cmd: bytes,
) -> None:
    assert clauses_of(subject_of(Json, any_bytes=False), plan_of([b"1", cmd], "total")) == ["UPD-8"]


@pytest.mark.parametrize("cmd", [b"", b"x"])
def test_what_every_malformed_command_shows_is_not_told_of_another_one(cmd: bytes) -> None:
    subject = subject_of(Json, any_bytes=True)
    with World(subject) as world:
        world.try_out()
        [caught] = examine(world, plan_of([b"1", cmd], "total"), Effort(only="alone"))
    assert caught.breach.clause == "UPD-10"
    assert caught.plan.log[1] == Command(4, b"?", added=True)


def test_empty_and_added_commands_are_counted() -> None:
    subject = subject_of(Total, any_bytes=True)
    plan = with_added(plan_of([b"1", b"", b"1"], "total"), b"\xff")
    found, tally = made("alone", subject, plan)
    assert found == []
    assert (tally.exercised["UPD-9"], tally.exercised["UPD-10"]) == (1, 1)
