"""Small racy programs with published baselines: the ``CS`` part of SCTBench, told in Python.

Written anew from what each program does. ``PUBLISHED`` has the schedules to the first bug that
are known of other tools, C code of the same shape; see docs/performance.md for the source.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class Account:
    """What is paid in and drawn is booked the wrong way round in the check."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.balance = 10
        self.has_paid = self.has_drawn = False

    def pay_in(self) -> None:
        with self.lock:
            self.balance += 5
            self.has_paid = True

    def draw(self) -> None:
        with self.lock:
            self.balance -= 3
            self.has_drawn = True

    def check(self) -> None:
        with self.lock:
            if self.has_paid and self.has_drawn:
                assert self.balance == 10 - 5 - 3


class Lazy:
    """The third thread must not see what the other two make together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.data = 0

    def one(self) -> None:
        with self.lock:
            self.data += 1

    def two(self) -> None:
        with self.lock:
            self.data += 2

    def check(self) -> None:
        with self.lock:
            assert self.data < 3


class Stack:
    """A flag says that something is there, and goes on saying so."""

    size = 5

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items: list[int] = []
        self.has_items = False

    def push(self) -> None:
        for number in range(self.size):
            with self.lock:
                self.items.append(number)
                self.has_items = True

    def pop(self) -> None:
        for _ in range(self.size):
            with self.lock:
                if self.has_items:
                    assert self.items, "underflow"
                    self.items.pop()


class Queue:
    """Two flags take turns, but each side counts its turns whether it had one or not."""

    size = 4

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items: list[int] = []
        self.stored = [-1] * (self.size + 1)
        self.may_put, self.may_take = True, False

    def put(self) -> None:
        with self.lock:
            self.items.append(0)
            self.stored[0] = 0
        for number in range(self.size):
            with self.lock:
                if self.may_put:
                    self.items.append(number + 1)
                    self.stored[number + 1] = number + 1
                    self.may_put, self.may_take = False, True

    def take(self) -> None:
        for number in range(self.size):
            with self.lock:
                if self.may_take:
                    assert self.items.pop(0) == self.stored[number]
                    self.may_put, self.may_take = True, False


class Deadlock:
    """Two locks in two orders."""

    def __init__(self) -> None:
        self.a, self.b = threading.Lock(), threading.Lock()
        self.count = 1

    def one(self) -> None:
        with self.a, self.b:
            self.count += 1

    def other(self) -> None:
        with self.b, self.a:
            self.count -= 1


class Reorder:
    """Some threads set two fields, one looks between."""

    def __init__(self) -> None:
        self.a = self.b = 0

    def set(self) -> None:
        self.a = 1
        self.b = -1

    def check(self) -> None:
        assert (self.a == 0 and self.b == 0) or (self.a == 1 and self.b == -1)


class TwoStage:
    """The second value follows from the first, each under a lock of its own."""

    def __init__(self) -> None:
        self.lock_one, self.lock_two = threading.Lock(), threading.Lock()
        self.one = self.two = 0

    def write(self) -> None:
        with self.lock_one:
            self.one = 1
        with self.lock_two:
            self.two = self.one + 1

    def read(self) -> None:
        with self.lock_one:
            if self.one == 0:
                return
            one = self.one
        with self.lock_two:
            two = self.two
        assert two == one + 1


class WrongLock:
    """One thread guards the value by one lock, the others by another."""

    def __init__(self) -> None:
        self.right, self.wrong = threading.Lock(), threading.Lock()
        self.value = 0

    def check(self) -> None:
        with self.right:
            before = self.value
            self.value += 1
            assert self.value == before + 1

    def disturb(self) -> None:
        with self.wrong:
            self.value += 1


class TokenRing:
    """Three threads hand a number on, a fourth expects that they came in order."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.x = [1, 2, 3]
        self.done = [False] * 3

    def first(self) -> None:
        with self.lock:
            self.x[0] = (self.x[2] + 1) % 4
            self.done[0] = True

    def second(self) -> None:
        with self.lock:
            self.x[1] = self.x[0]
            self.done[1] = True

    def third(self) -> None:
        with self.lock:
            self.x[2] = self.x[1]
            self.done[2] = True

    def check(self) -> None:
        with self.lock:
            if all(self.done):
                assert self.x[0] == self.x[1] == self.x[2]


class BluetoothDriver:
    """A request begins between the test for a stop and the count of requests."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pending = 1
        self.is_stopping = self.is_stopped = False
        self.nobody_left = threading.Event()

    def request(self) -> None:
        if self.is_stopping:
            return
        with self.lock:
            self.pending += 1
        assert not self.is_stopped
        self.leave()

    def leave(self) -> None:
        with self.lock:
            self.pending -= 1
            left = self.pending
        if left == 0:
            self.nobody_left.set()

    def stop(self) -> None:
        self.is_stopping = True
        self.leave()
        self.nobody_left.wait()
        self.is_stopped = True


class Carter:
    """Two groups share a lock that the first of each takes while it holds another."""

    def __init__(self) -> None:
        self.counts, self.shared = threading.Lock(), threading.Lock()
        self.a = self.b = 0

    def group_a(self) -> None:
        with self.counts:
            self.a += 1
            if self.a == 1:
                self.shared.acquire()
        with self.counts:
            self.a -= 1
            if self.a == 0:
                self.shared.release()

    def group_b(self) -> None:
        with self.counts:
            self.b += 1
            if self.b == 1:
                self.shared.acquire()
        with self.counts:
            self.b -= 1
            if self.b == 0:
                self.shared.release()


class CircularBuffer:
    """Sender and receiver count rounds, not what they sent and received."""

    rounds = 4

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.buffer: list[int] = []
        self.may_send, self.may_receive = True, False

    def send(self) -> None:
        for number in range(self.rounds):
            with self.lock:
                if self.may_send:
                    self.buffer.append(number)
                    self.may_send, self.may_receive = False, True

    def receive(self) -> None:
        for number in range(self.rounds):
            with self.lock:
                if self.may_receive:
                    assert self.buffer.pop(0) == number
                    self.may_send, self.may_receive = True, False


class Phase:
    """The second phase waits for a lock that the first one of the other thread keeps."""

    def __init__(self) -> None:
        self.x, self.y = threading.Lock(), threading.Lock()
        self.status = 0

    def one(self) -> None:
        self.x.acquire()
        self.y.acquire()
        self.status = 1
        self.x.release()
        self.x.acquire()
        self.status = 2

    def other(self) -> None:
        self.y.acquire()
        self.status = 3
        self.y.release()


class Sync:
    """Both sides may wait for the other one's signal."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.empty = threading.Condition(self.lock)
        self.full = threading.Condition(self.lock)
        self.number = 1

    def produce(self) -> None:
        with self.lock:
            while self.number > 0:
                self.empty.wait()
            self.number += 1
            self.full.notify()

    def consume(self) -> None:
        with self.lock:
            while self.number == 0:
                self.full.wait()
            self.number -= 1

    def consume_twice(self) -> None:
        self.consume()
        self.consume()


class Stateful:
    """Two sums under two locks; one order of the four parts gives the forbidden pair."""

    def __init__(self) -> None:
        self.lock_one, self.lock_two = threading.Lock(), threading.Lock()
        self.one, self.two = 10, 10

    def add(self) -> None:
        with self.lock_one:
            self.one += 1
        with self.lock_two:
            self.two += 1

    def move(self) -> None:
        with self.lock_one:
            self.one += 5
        with self.lock_one:
            self.two -= 6


class Philosophers:
    """Everybody takes the fork on the left first."""

    seats = 3

    def __init__(self) -> None:
        self.forks = [threading.Lock() for _ in range(self.seats)]
        self.meals = 0

    def eat(self, seat: int) -> None:
        with self.forks[seat], self.forks[(seat + 1) % self.seats]:
            self.meals += 1


class Arithmetic:
    """The sum is looked at when the other side has said that it is done."""

    rounds = 3

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.number = self.total = 0
        self.is_done = False

    def produce(self) -> None:
        for _ in range(self.rounds):
            with self.lock:
                self.number += 1

    def consume(self) -> None:
        for _ in range(self.rounds):
            with self.lock:
                if self.number > 0:
                    self.number -= 1
                    self.total += 1
        self.is_done = True


@dataclass(frozen=True, slots=True)
class Port:
    """A program, its threads, and what must be true when they have ended, if anything."""

    setup: Callable[[], Any]
    workers: Sequence[Callable[[Any], object]]
    invariant: Callable[[Any], bool] | None = None


def reorder(threads: int) -> Port:
    return Port(Reorder, [*[Reorder.set] * (threads - 1), Reorder.check])


def two_stage(threads: int) -> Port:
    return Port(TwoStage, [*[TwoStage.write] * (threads - 1), TwoStage.read])


def _seat(number: int) -> Callable[[Any], object]:
    return lambda it: it.eat(number)


PORTS = {
    "account": Port(Account, [Account.pay_in, Account.draw, Account.check]),
    "arithmetic_prog": Port(
        Arithmetic, [Arithmetic.produce, Arithmetic.consume],
        lambda it: not it.is_done or it.total == it.rounds,
    ),
    "bluetooth_driver": Port(BluetoothDriver, [BluetoothDriver.request, BluetoothDriver.stop]),
    "carter01": Port(Carter, [Carter.group_a, Carter.group_b]),
    "circular_buffer": Port(CircularBuffer, [CircularBuffer.send, CircularBuffer.receive]),
    "deadlock01": Port(Deadlock, [Deadlock.one, Deadlock.other]),
    "din_phil3": Port(Philosophers, [_seat(number) for number in range(3)]),
    "lazy01": Port(Lazy, [Lazy.one, Lazy.two, Lazy.check]),
    "phase01": Port(Phase, [Phase.one, Phase.other]),
    "queue": Port(Queue, [Queue.put, Queue.take]),
    "reorder_3": reorder(3),
    "reorder_5": reorder(5),
    "reorder_10": reorder(10),
    "stack": Port(Stack, [Stack.push, Stack.pop]),
    "stateful01": Port(
        Stateful, [Stateful.add, Stateful.move], lambda it: (it.one, it.two) != (16, 5)
    ),
    "sync01": Port(Sync, [Sync.produce, Sync.consume_twice, Sync.produce]),
    "sync02": Port(Sync, [Sync.consume_twice]),
    "token_ring": Port(
        TokenRing, [TokenRing.first, TokenRing.second, TokenRing.third, TokenRing.check]
    ),
    "twostage": two_stage(2),
    "twostage_20": two_stage(20),
    "wronglock": Port(WrongLock, [WrongLock.check, *[WrongLock.disturb] * 7]),
}  # fmt: skip

PUBLISHED = {
    "account": (8.6, 1, 1),
    "bluetooth_driver": (161, 72, 45),
    "deadlock01": (20, 4.3, 4.7),
    "reorder_3": (241, 223, 6.7),
    "reorder_5": (1126, 4377, 5.8),
    "reorder_10": (2356, None, 5.8),
    "twostage": (8.9, 15, 8.2),
    "twostage_20": (188, 185, 22),
    "wronglock": (88, 1, 1),
}
"""Mean schedules to the first bug under PCT of depth 3, POS and RFF; ``None``: never found."""
