"""Plans: made smaller they stay plans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcheck.plan import (
    UPDATES,
    Close,
    Command,
    Lookup,
    Operation,
    Plan,
    Prepare,
    Recover,
    Save,
    Update,
    task_name,
)

LOG = tuple(Command(10 * i + 1, b"c%d" % i) for i in range(4))


def plan(*updates: Operation, snapshots: tuple[Operation, ...] = ()) -> Plan:
    """Return a plan with one reader that asks both queries."""
    return Plan(LOG, ("a", "b"), (updates, snapshots, (Close(),), (Lookup(0), Lookup(1))))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw plans that update and recover in any order the host allows."""
    version, ops = 0, list[Operation]()
    for stop in draw(st.lists(st.integers(0, 4), max_size=5)):
        is_update = stop > version and draw(st.booleans())
        ops.append(Update(version, stop) if is_update else Recover(stop))
        version = stop
    return plan(*ops, snapshots=(Prepare(), Save()))


def assert_sound(made: Plan) -> None:
    """Each update starts where the state is, and nothing reaches beyond the log or queries."""
    version = 0
    for op in made.tasks[UPDATES]:
        if isinstance(op, Update):
            assert op.start == version < op.stop <= len(made.log)
            version = op.stop
        elif isinstance(op, Recover):
            assert op.upto <= len(made.log)
            version = op.upto
    assert all(op.query < len(made.queries) for op in made.tasks[3] if isinstance(op, Lookup))


def test_log_without_gaps_has_none_when_an_entry_is_left_out() -> None:
    dense = Plan(tuple(Command(i, b"c%d" % i) for i in (1, 2, 3)), (), ((Update(0, 3),), (), ()))
    assert dense.without_entry(1).log == (Command(1, b"c1"), Command(2, b"c3"))


def test_log_with_gaps_keeps_its_indexes_when_an_entry_is_left_out() -> None:
    assert [one.index for one in plan(Update(0, 4)).without_entry(1).log] == [1, 21, 31]


@given(plans())
def test_plan_stays_sound_when_kinds_are_left_out(made: Plan) -> None:
    assert_sound(made.without(Recover))
    assert_sound(made.without(Lookup, Save, Prepare))
    assert_sound(made.one_at_a_time())


@given(plans(), st.integers(0, 3))
def test_plan_stays_sound_when_an_entry_is_left_out(made: Plan, position: int) -> None:
    assert_sound(made.without_entry(position))


@given(plans(), st.data())
def test_plan_stays_sound_when_a_call_is_left_out(made: Plan, data: st.DataObject) -> None:
    task = data.draw(st.sampled_from([i for i, ops in enumerate(made.tasks) if ops]))
    ordinal = data.draw(st.integers(0, len(made.tasks[task]) - 1))
    assert_sound(made.without_call(task, ordinal))


def test_plan_without_recover_applies_what_it_brought() -> None:
    assert plan(Update(0, 1), Recover(3), Update(3, 4)).without(Recover).tasks[UPDATES] == (
        Update(0, 1), Update(1, 3), Update(3, 4),
    )  # fmt: skip


def test_plan_without_recover_applies_nothing_twice() -> None:
    assert plan(Update(0, 3), Recover(1), Update(1, 2), Update(2, 4)).without(Recover).tasks[
        UPDATES
    ] == (Update(0, 3), Update(3, 4))


def test_plan_without_entry_moves_what_is_behind_it() -> None:
    made = plan(Update(0, 2), Update(2, 4)).without_entry(1)
    assert [command.cmd for command in made.log] == [b"c0", b"c2", b"c3"]
    assert made.tasks[UPDATES] == (Update(0, 1), Update(1, 3))


def test_plan_without_entry_drops_an_update_that_is_left_empty() -> None:
    assert plan(Update(0, 1), Update(1, 2)).without_entry(0).tasks[UPDATES] == (Update(0, 1),)


def test_plan_without_call_of_an_update_drops_its_entries() -> None:
    made = plan(Update(0, 2), Update(2, 4)).without_call(UPDATES, 0)
    assert [command.cmd for command in made.log] == [b"c2", b"c3"]
    assert made.tasks[UPDATES] == (Update(0, 2),)


def test_plan_without_call_keeps_the_other_tasks() -> None:
    made = plan(Update(0, 4)).without_call(3, 0)
    assert made.tasks == ((Update(0, 4),), (), (Close(),), (Lookup(1),))


def test_plan_without_query_drops_its_lookups() -> None:
    made = plan(Update(0, 4)).without_query(0)
    assert made.queries == ("b",)
    assert made.tasks[3] == (Lookup(0),)


def test_plan_one_at_a_time_keeps_everything_else() -> None:
    made = plan(Update(0, 2), Recover(3)).one_at_a_time()
    assert made.tasks[UPDATES] == (Update(0, 1), Update(1, 2), Recover(3))


def test_plan_counts_operations_and_knows_their_kinds() -> None:
    made = plan(Update(0, 2), snapshots=(Prepare(), Save()))
    assert made.operations == 6
    assert made.has(Save)
    assert made.has(Recover, Close)
    assert not made.has(Recover)


@pytest.mark.parametrize(
    ("ops", "version"),
    [((), 0), ((Update(0, 2),), 2), ((Update(0, 4), Recover(1)), 1), ((Recover(3),), 3)],
)
def test_plan_knows_its_last_version(ops: tuple[Operation, ...], version: int) -> None:
    assert plan(*ops).last_version == version


def test_task_has_a_name() -> None:
    names = ["updates", "snapshots", "closer", "reader 1", "reader 2"]
    assert [task_name(task) for task in range(5)] == names


def test_context_without_a_save_is_left_out() -> None:
    ops = (Prepare(), Prepare(), Save(), Prepare())
    plan = Plan(tasks=((), ops, ()))
    assert plan.without_abandoned().tasks == ((), (Prepare(), Save()), ())


def test_commands_remember_who_made_them_when_others_are_left_out() -> None:
    log = (Command(1, b"a"), Command(2, b"b", added=True), Command(3, b"c"))
    assert Plan(log).without_entry(0).log[0].added
    assert Plan(log).with_entry(0, Command(1, b"z")).log == (Command(1, b"z"), *log[1:])


def test_repeated_commands_are_those_that_came_before() -> None:
    log = tuple(Command(i, cmd) for i, cmd in enumerate((b"a", b"b", b"a", b"a", b"b"), 1))
    assert Plan(log).repeated() == (2, 3, 4)


def test_plan_without_its_only_recover_applies_what_that_skipped() -> None:
    log = (Command(1, b"a"), Command(2, b"b"))
    plan = Plan(log, (), ((Recover(2),), (), ()))
    applied = ((Update(0, 2),), (), ())
    assert plan.without(Recover).tasks == applied
    assert plan.without_call(0, 0).tasks == applied
