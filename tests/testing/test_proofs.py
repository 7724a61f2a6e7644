"""No proof where a schedule fails: what steps touch beside the access at their point."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import UserList, defaultdict
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import pytest

import smcheck
from smcheck.finding import Verdict


class Box:
    """Everything that two workers may share, and what one of them saw."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items: list[int] = []
        self.other: list[int] = []
        self.user: UserList[int] = UserList()
        self.keyed: defaultdict[int, list[int]] = defaultdict(list)
        self.bytes = bytearray(1)
        self.view = memoryview(self.bytes)
        self.value = 0
        self.seen: Any = None

    def fill(self) -> None:
        self.items.append(1)
        self.items.append(2)

    def fill_user(self) -> None:
        self.user.append(1)
        self.user.append(2)

    def under_lock(self) -> None:
        with self.lock:
            self.value = 5

    def is_locked(self) -> None:
        self.seen = (self.lock.locked(), self.lock.locked())

    def try_twice(self) -> None:
        self.seen = (self.lock.acquire(blocking=False), self.lock.acquire(blocking=False))

    def extend(self) -> None:
        self.other.extend(self.items)

    def compare(self) -> None:
        self.seen = self.items == [1]

    def compare_user(self) -> None:
        self.seen = self.user == [1]

    def compare_deep(self) -> None:
        self.seen = {"a": (self.items,)} == {"a": ([1],)}

    def pop(self) -> None:
        self.seen = self.items.pop() if self.items else 0

    def tell(self) -> None:
        self.seen = f"{self.items}"

    def double(self) -> None:
        self.seen = self.items * 1

    def slice(self) -> None:
        self.other[:] = self.items

    def add_default(self) -> None:
        self.keyed[1].append(1)

    def has_default(self) -> None:
        self.seen = (1 in self.keyed, len(self.keyed[1]))

    def increment(self) -> None:
        self.bytes[0] += 1

    def set_by_view(self) -> None:
        self.view[0] = 9

    def loop(self) -> None:
        for item in self.later():
            self.seen = item

    def later(self) -> Any:
        yield self.items == [1]


CASES: list[tuple[Callable[[Box], None], Callable[[Box], None], Callable[[Box], bool]]] = [
    (Box.under_lock, Box.is_locked, lambda box: box.seen != (True, False)),
    (Box.under_lock, Box.try_twice, lambda box: box.seen != (False, True)),
    (Box.fill, Box.extend, lambda box: len(box.other) != 1),
    (Box.fill, Box.compare, lambda box: not box.seen),
    (Box.fill_user, Box.compare_user, lambda box: not box.seen),
    (Box.fill, Box.compare_deep, lambda box: not box.seen),
    (Box.fill, Box.pop, lambda box: box.seen != 1),
    (Box.fill, Box.tell, lambda box: box.seen != "[1]"),
    (Box.fill, Box.double, lambda box: box.seen != [1]),
    (Box.fill, Box.slice, lambda box: box.other != [1]),
    (Box.fill, Box.loop, lambda box: not box.seen),
    (Box.add_default, Box.has_default, lambda box: box.seen != (False, 1)),
    (Box.increment, Box.set_by_view, lambda box: box.bytes[0] != 1),
]


@pytest.mark.parametrize("is_reader_first", [False, True])
@pytest.mark.parametrize(("writer", "reader", "holds"), CASES)
def test_failing_schedule_is_walked(
    writer: Callable[[Box], None],
    reader: Callable[[Box], None],
    holds: Callable[[Box], bool],
    *,
    is_reader_first: bool,
) -> None:
    workers = [reader, writer] if is_reader_first else [writer, reader]
    result = smcheck.explore(Box, workers, invariant=holds, exhaustive=inf)
    assert result.verdict is Verdict.VIOLATED


@pytest.mark.parametrize("granularity", ["call", "line"])
@pytest.mark.parametrize(("writer", "reader", "holds"), CASES)
def test_coarse_points_leave_no_schedule_out(
    writer: Callable[[Box], None],
    reader: Callable[[Box], None],
    holds: Callable[[Box], bool],
    granularity: str,
) -> None:
    def run(limit: float) -> Verdict:
        return smcheck.explore(
            Box, [reader, writer], invariant=holds, granularity=granularity, exhaustive=limit
        ).verdict

    assert run(inf) == run(4)


class Late:
    """Gives the workers functions that are made in setting up."""

    def __init__(self) -> None:
        count = 0

        def increment() -> None:
            nonlocal count
            before = count
            count = before + 1

        self.increment = increment
        self.count = lambda: count


def test_function_made_in_setup_is_switched_in_from_the_first_execution() -> None:
    def run(**how: Any) -> smcheck.Exploration:
        workers = [lambda it: it.increment()] * 2
        return smcheck.explore(Late, workers, invariant=lambda it: it.count() == 2, **how)

    found = run()
    assert found.verdict is Verdict.VIOLATED
    assert run(schedule=found.schedule).verdict is Verdict.VIOLATED


SCRIPT = """
import math, threading, smcheck

class Locked:
    def __init__(self):
        self.lock, self.value = threading.Lock(), 0

    def increment(self):
        with self.lock:
            self.value += 1

print(smcheck.explore(Locked, [Locked.increment] * 2, exhaustive=math.inf).covered.bound)
"""


def test_script_of_its_own_can_be_proved(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "inf"
