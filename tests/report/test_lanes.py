"""How a case ran, drawn as text from scenarios that were written by hand."""

from __future__ import annotations

import pytest

from smcheck.report.lanes import WIDTH, lanes, shared_names, told
from smcheck.scenario import Scenario, Step, Touch, Turn


def step(task: int, line: int, *touches: Touch, source: str = "") -> Step:
    return Step(task, "/m/bank.py", line, "Bank.move", source or f"line_{line}()", line, touches)


TORN = Scenario(
    tasks=("updates", "", "", "reader 1"),
    steps=(
        step(0, 4, Touch("self.left", "0", "1"), source="self.left += 1"),
        step(3, 9, Touch("self.left", "1"), source="return self.left, self.right"),
        step(0, 5, Touch("self.right", "0"), Touch("self.right", "0", "1")),
    ),
    turns=(
        Turn(0, -1, 0, False, "at the beginning"),
        Turn(1, 0, 3, True, "updates is stopped before line 5 writes self.right"),
        Turn(2, 3, 0, False, "reader 1 is done"),
    ),
)


def test_lanes_put_each_task_in_a_column_and_mark_where_another_got_in() -> None:
    assert (
        "\n".join(lanes(TORN))
        == """\
updates                  | reader 1
-------------------------+--------------------------------
4: self.left += 1        |
      self.left: 0 -> 1  |
==> updates is stopped before line 5 writes self.right; reader 1 goes on
                         | 9: return self.left, self.right
                         |       self.left = 1
5: line_5()              |
      self.right: 0 -> 1 |"""
    )


def test_lanes_of_one_task_have_no_column() -> None:
    assert lanes(Scenario(tasks=("alone",), steps=(step(0, 4), step(0, 5)))) == [
        "4: line_4()", "5: line_5()",
    ]  # fmt: skip


def test_lanes_of_many_tasks_name_the_task_before_each_line() -> None:
    steps = tuple(step(task, 4) for task in range(5))
    assert lanes(Scenario(tasks=("a", "b", "c", "d"), steps=steps)) == [
        "a           4: line_4()", "b           4: line_4()", "c           4: line_4()",
        "d           4: line_4()", "task 4      4: line_4()",
    ]  # fmt: skip


def test_lanes_say_who_waits_and_no_more_of_who_is_done() -> None:
    turns = (Turn(1, 0, 1, False, "a waits at line 4"), Turn(2, 1, 0, False, "b is done"))
    rows = lanes(
        Scenario(tasks=("a", "b"), steps=(step(0, 4), step(1, 7), step(0, 4)), turns=turns)
    )
    assert [row for row in rows if row.startswith(("-->", "==>"))] == [
        "--> a waits at line 4; b goes on"
    ]


@pytest.mark.parametrize("limit", [20, 34])
def test_lanes_keep_to_the_rows_they_may_have(limit: int) -> None:
    names = ("self.left", "self.right")
    steps = tuple(
        step(n % 2, n, Touch(names[n % 2], str(n), str(n + 1)), source="x" * 200)
        for n in range(1, 400)
    )
    rows = lanes(Scenario(tasks=("a", "b"), steps=steps), limit_rows=limit)
    assert len(rows) == limit
    assert max(map(len, rows)) <= WIDTH
    assert [row for row in rows if "rows that --verbose shows" in row] != []


def test_lanes_keep_the_line_to_blame_of_a_long_stretch() -> None:
    steps = tuple(step(0, line) for line in range(100, 160))
    rows = lanes(Scenario(tasks=("a",), steps=steps), blamed=[("/m/bank.py", 130)], limit_rows=20)
    assert "130: line_130()" in rows
    assert any(row.startswith("  … ") for row in rows)


def test_lanes_without_steps_are_empty() -> None:
    assert lanes(Scenario()) == []


def test_shared_names_are_written_by_one_and_touched_by_another() -> None:
    assert shared_names(TORN) == {"left"}


def test_told_leaves_out_reads_of_what_is_looked_into_or_written() -> None:
    touches = (
        Touch("self.tally", "Tally(0)"), Touch("self.tally.value", "0"),
        Touch("self.tally.value", "0", "1"), Touch("number", "3"),
    )  # fmt: skip
    assert list(told(touches)) == [Touch("self.tally.value", "0", "1")]


def test_lanes_break_a_value_that_is_too_long_for_its_column() -> None:
    long = Touch("self.balances", "{'ann': 100, 'bob': 100}", "{'ann': 90, 'bob': 110}")
    steps = tuple(step(task, 4, long) for task in range(3))
    rows = lanes(Scenario(tasks=("a", "b", "c"), steps=steps), limit_rows=99)
    assert [row.partition(" | ")[0].rstrip() for row in rows[2:6]] == [
        "4: line_4()", "      self.balances:", "        {'ann': 100, 'bob': 1…",
        "        -> {'ann': 90, 'bob':…",
    ]  # fmt: skip


def test_lanes_keep_the_line_that_wakes_another_task() -> None:
    steps = (
        *(step(0, line) for line in range(100, 120)),
        step(0, 120, source="self.changed.notify()"),
        *(step(0, line) for line in range(121, 140)),
    )
    rows = lanes(Scenario(tasks=("a",), steps=steps), limit_rows=5)
    assert "120: self.changed.notify()" in rows
