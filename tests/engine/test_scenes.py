"""The scenario of a case: what was called, which lines ran, what is true at each version."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from smcheck import Entry, Subject
from smcheck.engine.caught import Caught
from smcheck.engine.scenes import scenario_of
from smcheck.engine.world import World
from smcheck.finding import Breach
from smcheck.plan import Command, Lookup, Plan, Prepare, Save, Update
from smcheck.scenario import Scenario, Touch
from smcheck.schedule import Deviation
from smcheck.schedulers.replay import ReplayScheduler
from tests.testing import machines

PLAN = Plan(
    (Command(1, b"a"), Command(2, b"b")), ("total",), ((Update(0, 2),), (), (), (Lookup(0),))
)


class Chatty(machines.Counter):
    """Count, and say so."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        print("update begins")
        logging.getLogger("chatty").warning("%d entries", len(entries))
        return super().update(entries)

    def lookup(self, query: object) -> object:
        print("asked\nfor", query)
        return super().lookup(query)


CHATTY = Subject(machine=Chatty, commands=machines.commands, queries=machines.queries)


def scenario(
    subject: Subject, plan: Plan, *schedule: Deviation, check: str = "schedules"
) -> Scenario:
    breach = Breach("BAT-6", check, "", "", method="lookup")
    with World(subject) as world:
        world.try_out()
        run = world.conduct(plan, ReplayScheduler(schedule), record=True)
        return scenario_of(world, Caught(breach, plan, schedule), run)


def test_scenario_tells_each_call_with_its_result_and_what_it_may_see() -> None:
    told = scenario(machines.counter, PLAN)
    assert [(a.text, a.result, a.first_version, a.last_version, a.is_wrong) for a in told.acts] == [
        ("update [b'a', b'b']", "Result(1), Result(3)", 0, 2, False),
        ("lookup 'total'", "3", 2, 2, True),
    ]
    assert told.tasks == ("updates", "", "", "reader 1")


def test_scenario_has_the_lines_of_a_call_between_its_begin_and_its_end() -> None:
    told = scenario(machines.counter, PLAN)
    for act in told.acts:
        own = told.steps[act.began : act.ended]
        assert own
        assert {step.task for step in own} == {act.task}
    assert sum((act.ended or 0) - act.began for act in told.acts) == len(told.steps)


def test_scenario_tells_what_is_true_after_each_entry() -> None:
    told = scenario(machines.counter, PLAN)
    assert [(v.number, v.entry, v.result, v.state) for v in told.versions] == [
        (0, "", "", "total=0"),
        (1, "b'a'", "Result(1)", "total=1"),
        (2, "b'b'", "Result(3)", "total=3"),
    ]
    assert told.versions[1].answers == (("lookup('total')", "1"),)


def test_scenario_marks_where_another_task_got_in_and_what_it_was_about() -> None:
    steps = scenario(machines.counter, PLAN).steps
    # Which accesses have points depends on what else is imported.
    point = next(s.point for s in steps if Touch("self.total", "0") in s.touches)
    told = scenario(machines.counter, PLAN, Deviation(0, point, 3))
    [turn] = [turn for turn in told.turns if turn.deviation]
    before, after = told.steps[turn.at - 1], told.steps[turn.at]
    assert (before.task, before.interrupted, after.task) == (0, True, 3)
    assert turn.reason.startswith("updates is stopped before line ")
    assert (told.switches, told.deviations) == (2, 1)


def test_scenario_shows_values_as_they_were_when_they_were_used() -> None:
    told = scenario(machines.counter, PLAN)
    written = [
        t for step in told.steps for t in step.touches if t.name == "self.total" and t.written
    ]
    assert written == [Touch("self.total", "0", "1"), Touch("self.total", "1", "3")]


def test_scenario_keeps_what_each_call_printed_and_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = scenario(CHATTY, PLAN)
    assert [act.output for act in told.acts] == [
        ("update begins", "WARNING chatty: 2 entries"), ("asked", "for total"),
    ]  # fmt: skip
    assert "update begins" in capsys.readouterr().out


def test_scenario_of_a_sequential_check_is_the_plan_in_one_column() -> None:
    breach = Breach("UPD-4", "alone", "", "", method="update")
    with World(machines.counter) as world:
        world.try_out()
        told = scenario_of(world, Caught(breach, PLAN), None)
    assert [(act.text, act.is_wrong) for act in told.acts] == [
        ("update [b'a', b'b']", True), ("lookup 'total'", False),
    ]  # fmt: skip
    assert told.switches == 1


def test_scenario_of_a_check_that_recovers_shows_the_life_that_recovers() -> None:
    breach = Breach("SAV-4", "restart", "", "", method="recover_from_snapshot")
    with World(machines.forgetful) as world:
        world.try_out()
        told = scenario_of(world, Caught(breach, PLAN), None)
    operations = [act.operation for act in told.acts]
    assert "prepare" in operations
    assert "restart" in operations
    assert [act.operation for act in told.acts if act.is_wrong] == ["restart"]


def test_scenario_is_the_same_each_time() -> None:
    first, second = (scenario(machines.counter, PLAN, Deviation(0, 4, 3)) for _ in range(2))
    assert first == second


def test_scenario_tells_what_a_saved_image_holds() -> None:
    plan = replace(PLAN, tasks=((Update(0, 2),), (Prepare(), Save()), ()))
    told = scenario(machines.counter, plan)
    assert [(act.operation, act.result, act.first_version) for act in told.acts] == [
        ("update", "Result(1), Result(3)", 0), ("prepare", "", 2),
        ("save", "recovered: lookup('total') = 3", 2),
    ]  # fmt: skip
