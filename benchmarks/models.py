"""Small threaded programs that every tool is measured on; imports no tool.

Each has a known answer: most are wrong in one way, two are right. They are as small as the defect
allows, so what is measured is the tool. Locks are called ``threading.Lock`` at the place of use,
since there are tools that see no other spelling.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class Counter:
    """Lose an increment: the value is read, and written back later."""

    def __init__(self) -> None:
        self.value = 0

    def increment(self) -> None:
        before = self.value
        self.value = before + 1


class LockedCounter:
    """Keep every increment: the same under a lock."""

    def __init__(self) -> None:
        self.value = 0
        self.lock = threading.Lock()

    def increment(self) -> None:
        with self.lock:
            before = self.value
            self.value = before + 1


class Accounts:
    """Deadlock: each transfer locks its source first, so two opposite ones can hold one each."""

    def __init__(self) -> None:
        self.balances = [100, 100]
        self.locks = [threading.Lock(), threading.Lock()]

    def transfer(self, source: int, target: int, amount: int) -> None:
        self.move(source, target, source, target, amount)

    def move(self, first: int, second: int, source: int, target: int, amount: int) -> None:
        with self.locks[first], self.locks[second]:
            self.balances[source] -= amount
            self.balances[target] += amount


class OrderedAccounts(Accounts):
    """Never deadlock: the lock with the lower number comes first."""

    def transfer(self, source: int, target: int, amount: int) -> None:
        self.move(min(source, target), max(source, target), source, target, amount)


class Overdraft:
    """Spend twice: the test and the debit hold the lock one after the other, not together."""

    def __init__(self) -> None:
        self.purse = 100
        self.shop = 0
        self.purse_lock = threading.Lock()
        self.shop_lock = threading.Lock()

    def pay(self, amount: int) -> None:
        with self.purse_lock:
            enough = self.purse >= amount
        if enough:
            with self.purse_lock:
                self.purse -= amount
            with self.shop_lock:
                self.shop += amount


class LiveSnapshot:
    """Save a mixture: what is saved is the dict that updates go on writing."""

    def __init__(self) -> None:
        self.state = {"a": 0, "b": 0}
        self.context = self.state
        self.image: dict[str, int] = {}

    def update(self) -> None:
        self.state["a"] = 1
        self.state["b"] = 1

    def save(self) -> None:
        image = {}
        for key in ("a", "b"):
            image[key] = self.context[key]
        self.image = image


class ThereAndBack:
    """Go wrong only if the two threads take turns at four exact places."""

    def __init__(self) -> None:
        self.step = 0
        self.reached = False

    def ask(self) -> None:
        self.step = 1
        if self.step == 2:
            self.step = 3
            if self.step == 4:
                self.reached = True

    def answer(self) -> None:
        if self.step == 1:
            self.step = 2
        if self.step == 3:
            self.step = 4


class Steps:
    """Write and write again: every step is visible, and none matters."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.value = 0

    def work(self) -> None:
        for _ in range(self.times):
            self.value = 1


@dataclass(frozen=True, slots=True)
class Model:
    """A program, its threads, and what must be true when they have ended."""

    setup: Callable[[], Any]
    workers: Sequence[Callable[[Any], None]]
    invariant: Callable[[Any], bool]
    is_correct: bool = False


MODELS = {
    "counter": Model(Counter, [Counter.increment] * 2, lambda it: it.value == 2),
    "counter of three": Model(Counter, [Counter.increment] * 3, lambda it: it.value == 3),
    "locked counter": Model(
        LockedCounter, [LockedCounter.increment] * 2, lambda it: it.value == 2, is_correct=True
    ),
    "two locks": Model(
        Accounts,
        [lambda it: it.transfer(0, 1, 10), lambda it: it.transfer(1, 0, 10)],
        lambda it: sum(it.balances) == 200,
    ),
    "two locks, ordered": Model(
        OrderedAccounts,
        [lambda it: it.transfer(0, 1, 10), lambda it: it.transfer(1, 0, 10)],
        lambda it: sum(it.balances) == 200,
        is_correct=True,
    ),
    "split test and debit": Model(Overdraft, [lambda it: it.pay(80)] * 2, lambda it: it.purse >= 0),
    "live snapshot": Model(
        LiveSnapshot,
        [LiveSnapshot.update, LiveSnapshot.save],
        lambda it: it.image == {"a": 0, "b": 0},
    ),
    "there and back": Model(
        ThereAndBack, [ThereAndBack.ask, ThereAndBack.answer], lambda it: not it.reached
    ),
}
"""Models by the name they have in tables; ``counter`` is the one that ratios are quoted for."""
