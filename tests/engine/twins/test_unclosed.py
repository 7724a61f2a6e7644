"""A replica is made again though nobody closed it, in this process and in the next one."""

from __future__ import annotations

import os
from typing import ClassVar

from smcheck import Subject
from smcheck.engine.twins.unclosed import check_unclosed
from smcheck.engine.world import World
from smcheck.host.dead_process import of_a_dead_process
from tests.testing import machines


class Registered(machines.Counter):
    """Refuse a replica that is there already, until close."""

    there: ClassVar[set[int]] = set()

    def __init__(self, replica_id: int) -> None:
        super().__init__()
        self.name = replica_id
        if self.name in self.there:
            raise RuntimeError(f"{self.name} is there")
        self.there.add(self.name)

    def close(self) -> None:
        self.there.discard(self.name)


class Forgotten(Registered):
    """Not even close takes it out of the register."""

    there: ClassVar[set[int]] = set()

    def close(self) -> None:
        pass


def told(machine: type) -> list[tuple[str, str]]:
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    with World(subject) as world:
        world.try_out()
        found = [*check_unclosed(world), *check_unclosed(world)]
    return [(breach.clause, breach.error) for breach in found]


def test_a_replica_that_waits_for_close_is_found_again_and_again() -> None:
    assert told(Registered) == [("CLO-2", "RuntimeError")] * 2


def test_a_replica_that_close_does_not_free_is_another_matter() -> None:
    assert told(Forgotten) == [("NEW-2", "RuntimeError")] * 2


def test_a_replica_that_may_be_made_again_is_let_be() -> None:
    assert told(machines.Counter) == []


def test_process_that_is_taken_for_dead_finds_itself_and_is_given_back() -> None:
    own = os.getpid()
    with of_a_dead_process():
        dead = os.getpid()
        os.kill(dead, 0)
    assert os.getpid() == own != dead
    try:
        os.kill(dead, 0)
    except ProcessLookupError:
        return
    raise AssertionError(f"{dead} lives")
