"""Logs that are drawn: as many commands as asked for, the same for one seed, examples first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from smcheck import Subject, UsageError
from smcheck.testing.drawn import drawn_log, drawn_queries


def subject(**more: Any) -> Subject:
    kept: dict[str, Any] = {"commands": st.binary(max_size=4), "queries": st.integers(0, 99)}
    return Subject(machine=object, **(kept | more))


@pytest.mark.parametrize("entries", [1, 9, 10, 11, 250])
def test_as_many_commands_come_as_are_asked_for(entries: int) -> None:
    log = drawn_log(subject(), seed=1, entries=entries)
    assert [command.index for command in log] == [*range(1, entries + 1)]


def test_one_seed_gives_one_log_and_another_another() -> None:
    one, again, other = (drawn_log(subject(), seed=seed, entries=50) for seed in (1, 1, 2))
    assert (one == again, one == other) == (True, False)
    assert len({command.cmd for command in one}) > 20


def test_examples_come_first() -> None:
    log = drawn_log(subject(examples=[[b"one", b"two"], [b"three"]]), seed=1, entries=4)
    assert [command.cmd for command in log[:3]] == [b"one", b"two", b"three"]
    assert len(log) == 4


def test_of_many_examples_the_first_are_enough() -> None:
    log = drawn_log(subject(examples=[[b"one", b"two"]], commands=st.nothing()), seed=1, entries=1)
    assert [command.cmd for command in log] == [b"one"]


def test_a_strategy_of_one_command_gives_a_log_too() -> None:
    log = drawn_log(subject(commands=st.just(7), encode=lambda n: b"%d" % n), seed=1, entries=33)
    assert {command.cmd for command in log} == {b"7"}
    assert len(log) == 33


def test_queries_differ() -> None:
    queries = drawn_queries(subject(), seed=1, most=6)
    assert len({*queries}) == len(queries) == 6
    assert drawn_queries(subject(queries=st.just("all")), seed=1, most=6) == ("all",)
    assert drawn_queries(subject(queries=None, without={"lookups"}), seed=1, most=6) == ()


def test_a_strategy_that_cannot_draw_is_the_fault_of_the_subject() -> None:
    with pytest.raises(UsageError, match="expected the strategies of commands"):
        drawn_log(subject(commands=st.nothing()), seed=1, entries=1)
    with pytest.raises(UsageError, match="expected commands to draw bytes"):
        drawn_log(subject(commands=st.just(7)), seed=1, entries=1)
