"""Tables of calls, of what is true when, and of twins, from scenarios written by hand."""

from __future__ import annotations

from dataclasses import replace

from smcheck.report.lanes import WIDTH
from smcheck.report.tables import calls, truths, twins
from smcheck.scenario import Act, Row, Scenario, Twins, Version

SCENARIO = Scenario(
    tasks=("updates", "", "", "reader 1"),
    acts=(
        Act(0, "update", "update [add 5]", "Result(5)", 0, 9, 0, 1, output=("a", "b", "c", "d")),
        Act(3, "lookup", "lookup 'both'", "(5, 0)", 3, 4, 0, 1, is_wrong=True),
        Act(3, "lookup", "lookup 'left'", "", 5, None, 1, 1),
    ),
    versions=(Version(0, state="left=0"), Version(1, 3, "add 5", "Result(5)", "left=5")),
)


def test_calls_tell_results_windows_output_and_what_is_wrong() -> None:
    assert calls(SCENARIO) == [
        "called:",
        "  updates   update [add 5]  Result(5)",
        "              says: a",
        "              says: b",
        "              says: c",
        "              … 1 line more",
        "! reader 1  lookup 'both'   (5, 0)   (may see versions 0 to 1)",
        "  reader 1  lookup 'left'   does not return   (may see version 1)",
    ]


def test_calls_leave_out_those_long_before_what_is_wrong() -> None:
    acts = tuple(replace(SCENARIO.acts[0], text=f"update {n}", output=()) for n in range(40))
    acts = (*acts[:30], replace(acts[30], is_wrong=True), *acts[31:])
    rows = calls(replace(SCENARIO, acts=acts))
    assert rows[1] == "  … 19 calls more"
    assert "! updates  update 30  Result(5)" in rows
    assert rows[-1] == "  … 7 calls more"
    assert len(calls(replace(SCENARIO, acts=acts), is_whole=True)) == 41


def test_calls_keep_to_the_width() -> None:
    acts = tuple(replace(act, text="x" * 300, result="y" * 300) for act in SCENARIO.acts)
    assert max(map(len, calls(replace(SCENARIO, acts=acts)))) <= WIDTH


def test_truths_tell_the_state_before_and_after_each_entry() -> None:
    assert truths(SCENARIO) == [
        "one entry at a time:",
        "    0  before the first entry  left=0",
        "    1  index 3: add 5          Result(5); left=5",
    ]


def test_truths_show_answers_where_no_state_is_known() -> None:
    bare = tuple(replace(v, state="", answers=(("lookup(1)", "2"),)) for v in SCENARIO.versions)
    assert truths(replace(SCENARIO, versions=bare))[1] == (
        "    0  before the first entry  lookup(1) = 2"
    )


def test_truths_of_many_versions_are_those_around_what_is_wrong() -> None:
    versions = tuple(Version(n, n, f"add {n}", "", f"left={n}") for n in range(50))
    wrong = (replace(SCENARIO.acts[1], first_version=20, last_version=21),)
    rows = truths(replace(SCENARIO, versions=versions, acts=wrong))
    assert rows[1] == "  … 17 entries more"
    assert [row.split()[0] for row in rows[2:-1]] == [str(n) for n in range(17, 23)]
    assert rows[-1] == "  … 27 entries more"


def test_twins_mark_the_first_row_that_differs() -> None:
    both = Twins("here", "there", (Row("a", "1", "1"), Row("b", "1", "2"), Row("c", "3", "4")))
    assert [" ".join(row.split()) for row in twins(both)] == [
        "twins: here | there", "a 1 | 1", "! b 1 | 2", "c 3 | 4",
    ]  # fmt: skip
    assert len({row.index("|") for row in twins(both)}) == 1


def test_twins_show_where_two_long_values_part() -> None:
    left, right = "x" * 200 + "1", "x" * 200 + "2"
    row = twins(Twins("l", "r", (Row("state", left, right),)))[1]
    assert " ".join(row.split()) == f"! state …{'x' * 13}1 | …{'x' * 13}2"


def test_twins_that_are_not_there_have_no_table() -> None:
    assert (twins(None), twins(Twins("l", "r"))) == ([], [])
