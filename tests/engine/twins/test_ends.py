"""What is asked around open and close, and what a failed save leaves behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from smcheck import OpenStopped
from tests.engine.twins.numbers import Numbers, OnDiskNumbers, found, told


class Closing(OpenStopped):
    """One of the kind that a stopped open may raise."""


class Namesake(Exception):
    """Called as that one is, and no kin of it."""


Namesake.__name__ = "OpenStopped"


class Stops(OnDiskNumbers):
    reason: type[Exception] = OpenStopped

    def __init__(self, directory: Path) -> None:
        super().__init__()

    def open(self, stopped: Any) -> int:
        if stopped.is_set():
            raise self.reason
        return super().open(stopped)


class StopsInOwnWords(Stops):
    reason = Closing


class StopsOtherwise(Stops):
    reason = Namesake


@pytest.mark.parametrize("machine", [Stops, StopsInOwnWords])
def test_open_may_say_that_it_was_stopped_in_words_of_its_own(machine: type) -> None:
    assert told(machine, "stopped-opens") == []


def test_open_that_raises_a_namesake_is_dsk_10() -> None:
    assert told(StopsOtherwise, "stopped-opens") == [("DSK-10", "violation")]


class HandsOver(Numbers):
    """Answer on a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self.is_closed = False
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self) -> None:
        while job := self.jobs.get():
            job()

    def lookup(self, query: object) -> object:
        answer: Future[object] = Future()
        self.jobs.put(lambda: answer.set_result(super(HandsOver, self).lookup(query)))
        return answer.result()

    def close(self) -> None:
        self.is_closed = True
        self.jobs.put(None)
        self.thread.join()


class Refuses(HandsOver):
    """Raise once the thread has gone."""

    def lookup(self, query: object) -> object:
        if self.is_closed:
            raise RuntimeError("closed")
        return super().lookup(query)


def test_lookup_that_waits_for_ever_after_close_is_lkp_6() -> None:
    [breach] = found(HandsOver, "close")
    assert (breach.clause, breach.method) == ("LKP-6", "lookup")
    assert "waits for Future.result" in breach.message
    assert told(Refuses, "close") == []


class Layers(Numbers):
    """Freeze the latest layer at prepare; a save merges what it saved."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: tuple[list[int], ...] = ([],)

    def prepare_snapshot(self) -> Any:
        frozen = self.layers
        self.layers = (*frozen, [])
        return self.numbers, frozen

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        numbers, frozen = context
        super().save_snapshot(numbers, writer, files, stopped)
        self.layers = self.layers[len(frozen) :]


class KeptLayers(Layers):
    """Merge only what the latest prepare froze: what a failed save left stays."""

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        numbers, frozen = context
        Numbers.save_snapshot(self, numbers, writer, files, stopped)
        self.layers = (*self.layers[: len(frozen) - 1], *self.layers[len(frozen) :])


def test_what_the_next_save_puts_in_order_is_no_leak() -> None:
    assert told(Layers, "leaks") == []
    assert ("SAV-6", "violation") in told(KeptLayers, "leaks")
