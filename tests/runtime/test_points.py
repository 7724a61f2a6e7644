"""Points come to the machine's functions, wherever they are kept, and leave no trace."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import pytest

from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.schedulers.protocol import Choice
from smcheck.schedulers.replay import ReplayScheduler

RUN_ON = ReplayScheduler(())


class Box:
    """Something shared."""

    def __init__(self) -> None:
        self.value = 0
        self.items = [1, 2]

    @property
    def doubled(self) -> int:
        return self.value * 2

    def generated(self) -> int:
        return sum(self.steps())

    def steps(self) -> Iterator[int]:
        yield self.value
        yield self.value

    def comprehended(self) -> list[int]:
        return [item + self.value for item in self.items]

    def closed(self) -> int:
        def inner() -> int:
            return self.value

        return inner()

    def managed(self) -> int:
        with self.manager() as value:
            return value

    @contextmanager
    def manager(self) -> Iterator[int]:
        yield self.value

    def propertied(self) -> int:
        return self.doubled

    def defaulted(self, key: Callable[[Any], int] = lambda box: box.value) -> int:
        return key(self)


@dataclass
class Generated:
    """Its methods have no file."""

    value: int = 0


def wrapped(function: Callable[[Box], int]) -> Callable[[Box], int]:
    @wraps(function)
    def wrapper(box: Box) -> int:
        return function(box) + box.value

    return wrapper


@wrapped
def read(box: Box) -> int:
    return box.value


def compare() -> bool:
    return Generated(1) == Generated(2)


def points(body: Callable[[], object], *, granularity: str = "auto") -> int:
    """Return how many points a body passes, but for its end."""
    with closing(Executor(Traced.of([__name__]), granularity=granularity)) as executor:
        counts = []
        for _ in range(3):
            with executor.session() as session:
                counts.append(session.run([body], RUN_ON).points[0] - 1)
    assert counts == [counts[0]] * 3
    return counts[0]


@pytest.mark.parametrize(
    ("body", "least"),
    [
        (lambda: Box().generated(), 4), (lambda: Box().comprehended(), 4),
        (lambda: Box().closed(), 3), (lambda: Box().managed(), 3),
        (lambda: Box().propertied(), 2), (lambda: Box().defaulted(), 2),
        (partial(read, Box()), 3), (compare, 5),
    ],
)  # fmt: skip
def test_functions_have_points_wherever_they_are(body: Callable[[], object], least: int) -> None:
    assert points(body) >= least


@pytest.mark.parametrize("granularity", ["auto", "line", "call", "opcode"])
def test_functions_are_given_back(granularity: str) -> None:
    kept = [Box.generated, Box.manager, Box.comprehended, read, Generated.__eq__]
    before = [function.__code__ for function in kept]
    assert points(lambda: Box().generated(), granularity=granularity) > 0
    assert [f.__code__ for f in kept] == before
    if sys.version_info < (3, 12):
        assert all(f.__code__ is code for f, code in zip(kept, before, strict=True))


def test_finer_points_are_more() -> None:
    def body() -> list[int]:
        return Box().comprehended()

    counts = [points(body, granularity=g) for g in ("none", "call", "auto", "opcode")]
    assert counts == sorted(set(counts))


def test_a_scheduler_of_the_machines_own_module_passes_no_points() -> None:
    class Own:
        """Its code has points like any other function's in this file."""

        asked = 0

        def begin(self, tasks: int) -> None: ...

        def end(self, points: Sequence[int]) -> None: ...

        def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
            self.asked = self.asked + 1
            return (runnable[self.asked % len(runnable)], 1)

    box = Box()
    with (
        closing(Executor(Traced.of([__name__]))) as executor,
        executor.session() as session,
    ):
        made = session.run([box.generated, box.generated], Own())
    assert made.points == (points(box.generated) + 1,) * 2


def test_two_executors_do_not_disturb_each_other() -> None:
    first, second = (Executor(Traced.of([__name__]), granularity=g) for g in ("auto", "opcode"))
    box = Box()
    found: dict[str, set[tuple[int, ...]]] = {"auto": set(), "opcode": set()}
    for _ in range(3):
        for executor in (first, second):
            with executor.session() as session:
                made = session.run([box.comprehended], RUN_ON)
            found[executor.granularity].add(made.points)
    first.close()
    with second.session() as session:
        found["opcode"].add(session.run([box.comprehended], RUN_ON).points)
    second.close()
    assert [len(counts) for counts in found.values()] == [1, 1]
    assert min(found["auto"]) < min(found["opcode"])
