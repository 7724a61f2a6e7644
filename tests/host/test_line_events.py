"""Lines of the machine are told of, and to whoever traced before as well."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from types import FrameType
from typing import Any

import pytest

from smcheck.host.line_events import line_events, unheard
from smcheck.runtime.traced import Traced


def numbers() -> Iterator[int]:
    yield 1
    yield 2


def work() -> list[int]:
    found = []
    for number in numbers():
        found += [number]
    return found


@pytest.fixture
def traced() -> Traced:
    """Return a trace of this file."""
    made = Traced.of(["smcheck_lines_here"])
    made.known_files[__file__] = True
    return made


def told_by(call: Callable[[], object], traced: Traced) -> list[str]:
    told: list[str] = []

    def note(frame: FrameType, event: str) -> None:
        told.append(f"{frame.f_code.co_name} {frame.f_lineno - first} {event}")

    first = work.__code__.co_firstlineno
    with line_events(traced, note):
        call()
    return told


LINES = [
    "work 1 line", "work 2 line", "numbers -4 line", "numbers -4 return", "work 3 line",
    "work 2 line", "numbers -3 line", "numbers -3 return", "work 3 line", "work 2 line",
    "numbers -3 return", "work 4 line", "work 4 return",
]  # fmt: skip


def test_each_line_and_return_is_told_of(traced: Traced) -> None:
    assert told_by(work, traced) == LINES


def test_nothing_is_told_of_other_code_and_after_the_block(traced: Traced) -> None:
    assert told_by(work, Traced.of([])) == []
    kept = numbers()
    told = told_by(partial(next, kept), traced)
    assert told == ["numbers -4 line", "numbers -4 return"]
    assert list(kept) == [2]
    assert told == ["numbers -4 line", "numbers -4 return"]


def test_unheard_calls_that_are_not_the_machines_change_nothing(traced: Traced) -> None:
    def call() -> None:
        with unheard():
            len(told_later)
        work()

    told_later: list[str] = []
    assert told_by(call, traced)[-len(LINES) - 1 : -1] == LINES


class Counting:
    """Traces as a coverage tool does: all events of this file, and it puts itself in place."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != __file__:
            return None
        if event == "call":
            sys.settrace(self)
        self.seen.append(f"{frame.f_code.co_name} {frame.f_lineno} {event}")
        return self


@pytest.mark.parametrize("is_machine", [True, False])
def test_tracer_that_was_there_sees_the_same(traced: Traced, is_machine: bool) -> None:
    watched = traced if is_machine else Traced.of([])
    seen = []
    told: list[str] = []
    outer = sys.gettrace()
    watching = line_events(watched, lambda frame, _: told.append(frame.f_code.co_name))
    for block in (nullcontext(), watching):
        counting = Counting()
        sys.settrace(counting)
        try:
            with block:
                work()
                with unheard():
                    work()
            tracer: Any = sys.gettrace()
            assert tracer is counting
        finally:
            sys.settrace(outer)
        seen.append([text for text in counting.seen if text.startswith(("work", "numbers"))])
    assert seen[0] == seen[1]
    assert len(seen[0]) > len(LINES)
    assert bool(told) == is_machine
