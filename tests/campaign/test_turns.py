"""Whose turn it is: everybody's first, then where something new comes from."""

from __future__ import annotations

from smcheck.campaign.records import Effort
from smcheck.campaign.turns import Turn, Turns

QUIET, LIVELY = Effort(plans=25, states=25), Effort(plans=25, lines=40, edges=90)


def had(turns: Turns, *, times: int, brings: dict[str, Effort]) -> list[str]:
    """Return whose turns came, one after the other."""
    names = []
    for _ in range(times):
        turn = turns.take()
        assert turn is not None
        turns.give_back(turn, brings.get(turn.target, QUIET))
        names.append(turn.target)
    return names


def test_turns_give_each_subject_one_before_any_has_two() -> None:
    turns = Turns(["a", "b", "c"], seed=1)
    assert had(turns, times=3, brings={"a": LIVELY}) == ["a", "b", "c"]


def test_turns_move_to_the_subject_that_brings_something_new() -> None:
    turns = Turns(["a", "b", "c"], seed=1)
    names = had(turns, times=12, brings={"b": LIVELY})
    assert [names.count(one) for one in "abc"] == [3, 6, 3]


def test_turns_leave_nobody_out_who_brings_nothing() -> None:
    turns = Turns(["a", "b"], seed=1)
    names = had(turns, times=30, brings={"a": LIVELY})
    assert names.count("b") >= 3


def test_turns_give_less_to_a_subject_that_has_something_to_mend() -> None:
    turns = Turns(["a", "b"], seed=1)
    names = []
    for _ in range(12):
        turn = turns.take()
        assert turn is not None
        turns.give_back(turn, QUIET, has_finding=turn.target == "a")
        names.append(turn.target)
    assert names.count("a") < names.count("b")


def test_turns_grow_up_to_a_limit() -> None:
    turns = Turns(["a"], seed=1)
    plans, firsts = [], []
    for _ in range(5):
        turn = turns.take()
        assert turn is not None
        plans.append(turn.plans)
        firsts.append(turn.first)
        turns.give_back(turn, QUIET)
    assert plans == [16, 32, 64, 128, 200]
    assert firsts == [0, 16, 48, 112, 240]


def test_turns_end_after_the_plans_that_were_asked_for() -> None:
    turns = Turns(["a"], seed=1, limit_plans=60)
    plans = []
    while (turn := turns.take()) is not None:
        plans.append(turn.plans)
        turns.give_back(turn, QUIET)
    assert plans == [16, 32, 12]
    assert turns.is_over


def test_turns_are_the_same_for_the_same_seed() -> None:
    def seeds(seed: int) -> list[int]:
        turns = Turns(["a", "b"], seed=seed)
        found = []
        for _ in range(4):
            turn = turns.take()
            assert turn is not None
            found.append(turn.seed)
            turns.give_back(turn, QUIET)
        return found

    assert seeds(7) == seeds(7)
    assert len({*seeds(7), *seeds(8)}) == 8


def test_turns_of_more_jobs_than_subjects_are_in_several_chains() -> None:
    turns = Turns(["a", "b"], seed=1, jobs=4)
    taken = [turns.take() for _ in range(5)]
    assert [(one.target, one.chain) for one in taken if one] == [
        ("a", 0), ("b", 0), ("a", 1), ("b", 1),
    ]  # fmt: skip
    assert taken[4] is None
    assert len({one.seed for one in taken if one}) == 4


def test_turns_of_shards_are_those_of_different_chains() -> None:
    def first(part: int) -> Turn:
        turn = Turns(["a"], seed=1, shard=(part, 3)).take()
        assert turn is not None
        return turn

    assert [first(part).chain for part in (1, 2, 3)] == [0, 1, 2]
    assert len({first(part).seed for part in (1, 2, 3)}) == 3


def test_turns_go_on_behind_those_that_were_had() -> None:
    turns = Turns(["a", "b"], seed=1, done=[("a", 0, 0), ("a", 0, 1)])
    first, second = turns.take(), turns.take()
    assert first is not None
    assert second is not None
    assert (first.target, first.number, first.first) == ("b", 0, 0)
    assert (second.target, second.number, second.first) == ("a", 2, 48)


def test_turns_of_a_subject_that_is_left_out_are_over() -> None:
    turns = Turns(["a", "b"], seed=1)
    turns.leave_out("a")
    turn = turns.take()
    assert turn is not None
    assert turn.target == "b"
    assert turns.take() is None
    assert turns.is_over
