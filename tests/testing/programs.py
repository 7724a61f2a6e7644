"""Small threaded programs with a known answer, for the tests of ``smcheck.explore``."""

from __future__ import annotations

import queue
import threading
import time


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def increment(self) -> None:
        before = self.value
        self.value = before + 1

    def is_right(self) -> bool:
        return self.value == 2


class Locked(Counter):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def increment(self) -> None:
        with self.lock:
            super().increment()


class Transfers:
    """Two locks, taken in the order of the arguments."""

    def __init__(self) -> None:
        self.balances = [100, 100]
        self.locks = [threading.Lock(), threading.Lock()]

    def move(self, source: int, target: int) -> None:
        with self.locks[source], self.locks[target]:
            self.balances[source] -= 10
            self.balances[target] += 10

    def move_in_order(self, source: int, target: int) -> None:
        with self.locks[min(source, target)], self.locks[max(source, target)]:
            self.balances[source] -= 10
            self.balances[target] += 10

    def is_right(self) -> bool:
        return sum(self.balances) == 200


class ThereAndBack:
    """Three exact switches."""

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

    def is_right(self) -> bool:
        return not self.reached


class Signals:
    """A signal may come before the wait for it, and is lost then."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.is_ready = False

    def wait(self) -> None:
        if not self.is_ready:
            with self.condition:
                self.condition.wait()

    def wait_right(self) -> None:
        with self.condition:
            while not self.is_ready:
                self.condition.wait()

    def give(self) -> None:
        with self.condition:
            self.is_ready = True
            self.condition.notify()


class Divider:
    def __init__(self) -> None:
        self.by = 1

    def clear(self) -> None:
        self.by = 0
        self.by = 1

    def divide(self) -> float:
        return 10 / self.by


class Mail:
    """What is sent through a queue arrives; a timeout costs no time."""

    def __init__(self) -> None:
        self.box: queue.Queue[int] = queue.Queue()
        self.got: list[int] = []

    def send(self) -> None:
        time.sleep(3600)
        self.box.put(1)

    def receive(self) -> None:
        self.got.append(self.box.get(timeout=7200))

    def is_right(self) -> bool:
        return self.got == [1]


class Loose:
    """Something beside the schedule decides how many steps there are."""

    runs = 0

    def __init__(self) -> None:
        Loose.runs += 1
        self.value = 0

    def work(self) -> None:
        for _ in [0] * (Loose.runs % 3):
            self.value += 1
