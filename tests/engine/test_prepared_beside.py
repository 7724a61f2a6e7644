"""Where updates run beside prepare, an image is of one state that there was meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from smcheck import Entry, Result, Subject
from smcheck.contract.types import Reader, Writer
from smcheck.engine.explore import Target, explore
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.plan import Command, Plan, Prepare, Save, Update

PLAN = Plan(
    log=tuple(Command(index, b"x") for index in (1, 2, 3)),
    queries=("both",),
    tasks=((Update(0, 2), Update(2, 3)), (Prepare(), Save())),
)


class Pair:
    """Count entries twice; commit replaces both numbers in one step."""

    def __init__(self) -> None:
        self.working = self.done = (0, 0)

    def open(self, stopped: object) -> int:
        return 0

    def update(self, entry: Entry) -> Result:
        self.working = (self.done[0] + 1, self.done[1] + 1)
        return Result(self.working[1])

    def commit(self) -> None:
        self.done = self.working

    def lookup(self, query: object) -> object:
        return self.done

    def prepare_snapshot(self) -> Callable[[], tuple[int, int]]:
        done = self.done
        return lambda: done

    def save_snapshot(
        self, context: Callable[[], tuple[int, int]], writer: Writer, files: object, stopped: object
    ) -> None:
        for number in context():
            writer.write(bytes([number]))

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        one, other = b"".join(iter(reader.read, b""))
        self.done = (one, other)


class Torn(Pair):
    """Reads its numbers at two moments."""

    def prepare_snapshot(self) -> Callable[[], tuple[int, int]]:
        one = self.done[0]
        other = self.done[1]
        return lambda: (one, other)


class TornUnseen(Torn):
    """Shows the other number in results alone."""

    def lookup(self, query: object) -> object:
        return self.done[0]


class Uncommitted(Pair):
    """Takes what is not committed yet."""

    def prepare_snapshot(self) -> Callable[[], tuple[int, int]]:
        working = self.working
        return lambda: working


class Late(Pair):
    """Reads its numbers when they are saved."""

    def prepare_snapshot(self) -> Callable[[], tuple[int, int]]:
        return lambda: self.done


def found_in(machine: type) -> tuple[list[tuple[str, str]], int]:
    """Return clauses with messages that are found, and after how many schedules."""
    subject = Subject(
        machine=machine, commands=st.just(b"x"), queries=st.just("both"), profile="cometbft"
    )
    with World(subject) as world:
        world.try_out()
        reference = Reference(world, PLAN)
        found = explore(world, PLAN, reference, target=Target(()), schedules=100, seed=1)
        told = [(caught.breach.clause, caught.breach.message) for caught in found]
        return told, world.tally.schedules


def test_image_of_any_one_state_while_prepare_ran_is_right() -> None:
    assert found_in(Pair) == ([], 100)


@pytest.mark.parametrize("machine", [Torn, TornUnseen, Uncommitted, Late])
def test_image_of_another_state_or_of_two_is_found(machine: type) -> None:
    [(clause, _)], _ = found_in(machine)
    assert clause == "SAV-1"


def test_mixture_is_told_with_the_first_and_the_last_state_there_was() -> None:
    [(_, message)], _ = found_in(Torn)
    assert re.fullmatch(
        r"recovered from an image prepared at version 0: expected lookup\('both'\) = \(0, 0\), got "
        r"\(0, (\d)\); prepare returned at version (\d): "
        r"expected lookup\('both'\) = \(\2, \2\), got \(0, \1\)",
        message,
    )
