"""Small racy objects whose code is traced; the primitives they use are handed to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

TOTAL = 0


class Counter:
    """Loses an update between the load and the store."""

    def __init__(self) -> None:
        self.v = 0

    def inc(self) -> None:
        x = self.v
        self.v = x + 1


class Pair:
    """Writes two attributes, and reads both in one line."""

    def __init__(self) -> None:
        self.a = self.b = 0

    def write(self) -> None:
        self.a = 1
        self.b = 1

    def read(self) -> tuple[int, int]:
        return self.a, self.b


class Bank:
    """Takes two locks in the order of its arguments."""

    def __init__(self, lock: Callable[[], Any]) -> None:
        self.balances = [100, 100]
        self.locks = [lock(), lock()]

    def transfer(self, source: int, target: int) -> None:
        with self.locks[source], self.locks[target]:
            self.balances[source] -= 10
            self.balances[target] += 10


class Flag:
    """Spins until somebody raises the flag."""

    def __init__(self) -> None:
        self.raised = False

    def wait(self) -> None:
        while not self.raised:
            pass

    def raise_(self) -> None:
        self.raised = True


class Aba:
    """Goes wrong only by three exact switches."""

    def __init__(self) -> None:
        self.x = 0
        self.bad = False

    def first(self) -> None:
        self.x = 1
        if self.x == 2:
            self.x = 3
            if self.x == 4:
                self.bad = True

    def second(self) -> None:
        if self.x == 1:
            self.x = 2
        if self.x == 3:
            self.x = 4


class Long:
    """A long writer that is wrong only in the middle, and a reader of one line."""

    def __init__(self) -> None:
        self.x = 0
        self.half = False
        self.seen = False

    def write(self) -> None:
        for _ in range(30):
            self.x += 1
        self.half = True
        self.half = False
        for _ in range(30):
            self.x += 1

    def read(self) -> None:
        self.seen = self.seen or self.half


@dataclass
class Record:
    """Compared by generated code."""

    a: int = 0
    b: int = 0


def passing(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def inner(*args: Any) -> Any:
        return function(*args)

    return inner


@dataclass
class Busy:
    """Uses a bit of everything that has points."""

    d: dict[str, int] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)
    n: int = 0

    @property
    def size(self) -> int:
        return len(self.items)

    @staticmethod
    def square(x: int) -> int:
        return x * x

    @classmethod
    def make(cls) -> Busy:
        return cls()

    @passing
    def work(self, key: str) -> list[int]:
        global TOTAL
        for i in range(3):
            if key in self.d:
                self.d[key] += self.square(i)
            else:
                self.d[key] = i
            self.items += [i]
        TOTAL += 1
        total = 0

        def add(x: int) -> None:
            nonlocal total
            total += x

        for item in self.items:
            add(item)
        try:
            del self.d["absent"]
        except KeyError:
            self.n += total
        *_, self.n = [*self.items, self.size]
        return [x for x in self.items if Record(x, x) == Record(x, self.n)] + list(self.all())

    def all(self) -> Iterator[int]:
        yield from self.items

    def __repr__(self) -> str:
        return f"{self.d} {self.items} {self.helper()}"

    def helper(self) -> int:
        self.n += 1
        return self.n

    def show(self) -> str:
        return repr(self)


def loop_without_points() -> None:
    x = 0
    while True:
        x = 1 - x


def call(function: Callable[[], Any]) -> Any:
    return function()


def swallow(block: Callable[[], Any]) -> None:
    """Take whatever comes, for ever."""
    while True:
        try:
            block()
        except BaseException:  # noqa: BLE001 - the point of it
            pass
