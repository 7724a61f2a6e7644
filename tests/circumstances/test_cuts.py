"""Following one entry through two lives in which it came in other batches."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import CodeType
from typing import Any

import pytest

from smcheck import Entry, Result
from smcheck.circumstances.cuts import blame_cuts
from smcheck.circumstances.lines import LineRecorder, StepBoard
from smcheck.circumstances.wire import Trace


class Here:
    """Takes the machines of this file for the machine."""

    def is_machine(self, code: CodeType, /) -> bool:
        return code.co_filename == __file__ and "." in code.co_qualname


class Machine:
    def __init__(self) -> None:
        self.total = 0
        self.revision = 0
        self.table: dict[int, int] = {}


class SizedPrice(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        price = 9 if len(entries) > 1 else 10  # culprit
        for number, entry in enumerate(entries):
            spent = number * 0 + price
            entry.result = Result(spent)
        return entries


class GroupNumber(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.revision += 1  # culprit
        done = []
        for entry in entries:
            self._apply(entry)
            done.append(entry)
        return done

    def _apply(self, entry: Entry) -> None:
        entry.result = Result(self.revision)


class Staged(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        staged: dict[int, int] = {}
        for entry in entries:
            entry.result = Result(self._put(entry.index, staged))
        self.table = {**self.table, **staged}
        return entries

    def _put(self, index: int, staged: dict[int, int]) -> int:
        staged[index] = 1
        return len(self.table)  # culprit


class HelperWithAll(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        last = max(entry.index for entry in entries)  # culprit
        self._apply_all(entries, last)
        return entries

    def _apply_all(self, entries: Sequence[Entry], newest: int) -> None:
        for entry in entries:
            entry.result = Result(int(entry.index == newest))


class OnlyState(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        size = len(entries)  # culprit
        for entry in entries:
            self.total += size
            entry.result = Result(0)
        return entries


class OtherPath(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        many = len(entries) > 1  # culprit
        for entry in entries:
            if many:
                entry.result = Result(2)
            else:
                entry.result = Result(1)
        return entries


class ByPosition(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        outs = [number for number, _ in enumerate(entries)]  # culprit
        for entry, out in zip(entries, outs, strict=True):
            entry.result = Result(out)
        return entries


class LastFirst(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in reversed(entries):  # culprit
            self.total = entry.index
            entry.result = Result(0)
        return entries


class Alike(Machine):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        seen = len(entries)
        for entry in entries:
            entry.result = Result(entry.index)
        self.revision = 0 * seen
        return entries


def life(make: Callable[[], Any], cuts: Sequence[int]) -> Trace:
    """Apply three entries in batches that end at ``cuts``."""
    board, machine = StepBoard.private(), make()
    recorder = LineRecorder(Here(), board, 0, 9)
    for start, stop in pairwise((0, *cuts)):
        board.begin("update")
        with recorder:
            machine.update([Entry(index + 1, b"do") for index in range(start, stop)])
    return recorder.trace()


def source(file: str, line: int) -> str:
    return linecache.getline(file, line).strip()


def blamed(make: Callable[[], Any], *, index: int, cuts: Sequence[int] = (3,)) -> str:
    one, other = life(make, (1, 2, 3)), life(make, cuts)
    origin = blame_cuts(one, other, index=index, source=source)
    return "" if origin is None else source(origin.file, origin.line)


@pytest.mark.parametrize(
    ("make", "index"),
    [
        (SizedPrice, 1), (SizedPrice, 3), (GroupNumber, 2), (Staged, 2), (Staged, 3),
        (HelperWithAll, 1), (OnlyState, 1), (OtherPath, 1),
        (ByPosition, 2), (LastFirst, 1), (LastFirst, 2),
    ],
)  # fmt: skip
def test_line_that_hangs_on_the_batch_is_blamed(make: Callable[[], Any], index: int) -> None:
    assert blamed(make, index=index).endswith("# culprit")


def test_entry_in_the_second_batch_is_followed() -> None:
    assert blamed(SizedPrice, index=2, cuts=(1, 3)).endswith("# culprit")


@pytest.mark.parametrize("index", [1, 2, 3])
def test_what_does_not_show_is_not_blamed(index: int) -> None:
    assert blamed(Alike, index=index) == ""


def test_unknown_entry_blames_nobody() -> None:
    assert blamed(SizedPrice, index=9) == ""
