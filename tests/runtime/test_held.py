"""What a machine reaches, which of its locks are held, which files are open."""

from __future__ import annotations

from pathlib import Path

from smcheck.runtime.descriptors import open_files
from smcheck.runtime.graph import reachable
from smcheck.runtime.held import held_locks
from smcheck.runtime.locks import Lock, RLock


class Machine:
    """Hold some locks and a list."""

    def __init__(self) -> None:
        self.first, self.second = Lock(), RLock()
        self.rows: list[list[int]] = [[]]


def test_machine_reaches_what_its_attributes_hold() -> None:
    machine, other = Machine(), [object()]
    alone, both = reachable(machine), reachable(machine, other)
    assert alone is not None
    assert both is not None
    assert id(machine.rows[0]) in alone
    assert id(other[0]) not in alone
    assert id(other[0]) in both


def test_machine_that_is_too_large_to_walk_says_nothing() -> None:
    assert reachable(Machine(), limit=3) is None


def test_lock_that_was_taken_is_held_until_it_is_given_back() -> None:
    machine = Machine()
    assert held_locks(machine) == {}
    machine.first.acquire()
    assert list(held_locks(machine)) == ["machine.first"]
    machine.first.release()
    assert held_locks(machine) == {}


def test_open_file_is_told_until_it_is_closed(tmp_path: Path) -> None:
    before = open_files()
    with (tmp_path / "file").open("w"):
        assert len(open_files() - before) == 1
    assert open_files() == before
