"""What a step will touch is told for schedulers that ask; in doubt it is anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.schedulers.access import ANYTHING, NOTHING, Access
from tests.runtime.noting import Noter

total = 0


class Box:
    __slots__ = ("items", "lock", "value")

    def __init__(self) -> None:
        self.value = 0
        self.items = [1, 2]
        self.lock = threading.Lock()

    def read(self) -> int:
        return self.value


class Odd:
    """Attributes that run code."""

    @property
    def value(self) -> int:
        return 1


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    made = Executor(Traced.of([__name__]))
    yield made
    made.close()


def accesses(executor: Executor, work: Callable[[Any], Any], it: object) -> list[Access]:
    noter = Noter()
    with executor.session() as session:
        session.run([partial(work, it)], noter)
    return noter.noted


def load(it: Any) -> object:
    return it.value


def store(it: Any) -> None:
    it.value = 3


def add(it: Any) -> None:
    it.value += 1


def test_attributes_of_plain_objects_are_told_by_owner(executor: Executor) -> None:
    box = Box()
    read = Access("attr", "value", id(box), is_write=False)
    write = Access("attr", "value", id(box))
    assert accesses(executor, load, box) == [read]
    assert accesses(executor, store, box) == [write]
    assert accesses(executor, add, box) == [read, write]


def test_attribute_that_runs_code_may_touch_anything(executor: Executor) -> None:
    assert accesses(executor, load, Odd()) == [ANYTHING]


def add_global(it: object) -> None:
    global total
    total += 1


def test_globals_are_told_by_name(executor: Executor) -> None:
    noted = accesses(executor, add_global, None)
    assert noted == [Access("global", "total", is_write=False), Access("global", "total")]


def first_item(it: Any) -> object:
    return it.items[0]


def set_item(it: Any) -> None:
    it.items[0] = 5


def append(it: Any) -> None:
    it.items.append(3)


def count(it: Any) -> int:
    return it.items.count(1)  # type: ignore[no-any-return]  # of a list


def test_containers_are_told_by_owner_where_a_path_leads_to_them(executor: Executor) -> None:
    box = Box()
    attribute = Access("attr", "items", id(box), is_write=False)
    read = Access("item", owner=id(box.items), is_write=False)
    write = Access("item", owner=id(box.items))
    assert accesses(executor, first_item, box) == [attribute, read]
    assert accesses(executor, set_item, box) == [attribute, write]
    assert accesses(executor, append, box) == [attribute, write]
    assert accesses(executor, count, box) == [attribute, read]


def lock_it(it: Any) -> None:
    with it.lock:
        pass


def test_lock_is_told_by_itself(executor: Executor) -> None:
    noter = Noter()
    with executor.session() as session:
        box = session.alone(Box)
        session.run([partial(lock_it, box)], noter)
    attribute = Access("attr", "lock", id(box), is_write=False)
    assert noter.noted == [attribute, Access("lock", "lock", owner=id(box.lock))]


def call_own(it: Any) -> object:
    return it.read()


def call_pure(it: Any) -> int:
    return max(1, len(it))


def call_unknown(it: Any) -> object:
    return it()


def test_call_of_the_programs_own_code_touches_nothing_itself(executor: Executor) -> None:
    box = Box()
    noted = accesses(executor, call_own, box)
    assert noted == [NOTHING, Access("attr", "value", id(box), is_write=False)]


def test_call_of_what_only_reads_is_a_read(executor: Executor) -> None:
    assert {a.is_write for a in accesses(executor, call_pure, [1])} == {False}


def test_call_of_what_nobody_knows_may_touch_anything(executor: Executor) -> None:
    assert ANYTHING in accesses(executor, call_unknown, print)


def shadowed(it: Any) -> object:
    other = it
    it = Box()
    return other.value


def test_variable_that_was_stored_anew_is_not_taken_for_the_old_one(executor: Executor) -> None:
    box = Box()
    assert Access("attr", "value", id(box), is_write=False) in accesses(executor, shadowed, box)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Access("attr", "a", 1), Access("attr", "a", 1), True),
        (Access("attr", "a", 1), Access("attr", "a", 2), False),
        (Access("attr", "a", 1), Access("attr", "b", 1), False),
        (Access("attr", "a", 1), Access("attr", "a", 0), True),
        (Access("attr", "a", 1, is_write=False), Access("attr", "a", 1, is_write=False), False),
        (Access("attr", "a", 1), Access("item", "a", 1), False),
        (ANYTHING, Access("attr", "a", 1), True),
        (ANYTHING, NOTHING, False),
    ],
)
def test_conflicts(one: Access, other: Access, expected: bool) -> None:
    assert one.conflicts(other) is other.conflicts(one) is expected
