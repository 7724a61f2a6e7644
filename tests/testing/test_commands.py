"""What is drawn where a machine takes any bytes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import smcheck
from smcheck import ContractMachine, Subject, Verdict
from smcheck.contract.profiles import PROFILES, Kind
from smcheck.plan import Command, Plan
from smcheck.testing.commands import HUGE_BYTES, Added, command_of, commands_of
from smcheck.testing.validate import HEALTH_CHECKS
from tests.testing import machines

OWN = [b"put pen 1", b"put ink 2"]
STRICT = Subject(machine=machines.Counter, commands=st.sampled_from(OWN), queries=machines.queries)
LENIENT = replace(STRICT, any_bytes=True)


def drawn_from(subject: Subject, *, logs: int = 60) -> list[Any]:
    """Return what is in that many logs of ten commands."""
    found: list[Any] = []

    @settings(
        max_examples=logs, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=HEALTH_CHECKS,
    )  # fmt: skip
    @given(st.lists(commands_of(subject), min_size=10, max_size=10))
    def draw(log: list[Any]) -> None:
        found.extend(log)

    draw()
    return found


def test_only_the_grammar_is_drawn_unless_any_bytes_are_legal() -> None:
    assert set(drawn_from(STRICT, logs=10)) == set(OWN)


def test_every_sort_of_strange_command_is_drawn_where_any_bytes_are_legal() -> None:
    found = drawn_from(LENIENT, logs=400)
    added = [command.cmd for command in found if isinstance(command, Added)]
    assert {command for command in found if not isinstance(command, Added)} == set(OWN)
    assert len(found) / 2 > len(added) > len(found) / 9
    assert b"" in added
    assert HUGE_BYTES in map(len, added)
    assert any(own.startswith(cmd) for own in OWN for cmd in added if cmd)
    assert any(cmd.startswith(own) for own in OWN for cmd in added if len(cmd) < 20)
    assert any(len(cmd) == 9 and cmd not in OWN for cmd in added)
    assert any(b"\xff" in cmd for cmd in added)


def test_a_strange_command_shrinks_to_one_of_the_grammar() -> None:
    assert find(commands_of(LENIENT), lambda command: True) == OWN[0]


def test_commands_of_an_encoder_are_made_strange_as_bytes() -> None:
    encode = {"on": b"\1\1", "off": b"\1\2"}
    subject = replace(LENIENT, commands=st.sampled_from(["on", "off"]), encode=encode.__getitem__)
    assert command_of(subject, "off", index=3) == Command(3, b"\1\2")
    assert command_of(subject, Added(b"off"), index=3) == Command(3, b"off", added=True)
    added = {command.cmd for command in drawn_from(subject) if isinstance(command, Added)}
    assert b"\1" in added
    assert any(len(cmd) == 3 and cmd.startswith((b"\1\1", b"\1\2")) for cmd in added)


def test_what_a_description_cannot_read_is_shown_as_bytes() -> None:
    subject = replace(LENIENT, describe=bytes.decode)
    assert (subject.text_of(b"put"), subject.text_of(b"\xff")) == ("put", "")


def test_a_command_is_proposed_again_near_and_far() -> None:
    judged: list[Plan] = []

    class Bench:
        world = SimpleNamespace(kind=Kind.CONCURRENT, machine_class=machines.Counter)
        world.profile = PROFILES["dragonboat"][Kind.CONCURRENT]

        def judge(self, plan: Plan, drawn: object) -> None:
            judged.append(plan)

    class Drawing(ContractMachine):
        subject = Subject(
            machine=machines.Counter, commands=st.binary(min_size=8, max_size=8),
            queries=machines.queries,
        )  # fmt: skip
        bench = Bench()  # type: ignore[assignment]  # it only listens

    case: Any = Drawing.TestCase("runTest")
    case.settings = settings(
        max_examples=40, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=HEALTH_CHECKS,
    )  # fmt: skip
    case.runTest()
    gaps = {
        here - plan.log.index(next(c for c in plan.log if c.cmd == plan.log[here].cmd))
        for plan in judged
        for here in plan.repeated()
    }
    assert {1, 5} <= gaps


class Strict(machines.Counter):
    """Raise on what is no UTF-8, once there is enough of it."""

    def apply(self, cmd: bytes) -> int:
        if len(cmd) > 1:
            self.total += len(cmd[1:].decode())
        return self.total


def test_a_check_finds_what_only_malformed_commands_show() -> None:
    subject = Subject(
        machine=Strict, commands=st.sampled_from([b"abc", b"a"]), queries=machines.queries
    )
    assert smcheck.check(subject, seed=1, max_examples=12, schedules=4).findings == []
    lenient = replace(subject, any_bytes=True)
    report = smcheck.check(lenient, seed=1, max_examples=12, schedules=4)
    assert report.verdict is Verdict.VIOLATED
    assert [finding.breach.clause for finding in report.findings] == ["UPD-10"]
