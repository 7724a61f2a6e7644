"""A batch of hundreds of entries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smcheck import Entry, Result, Subject
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines


class Limited(machines.Counter):
    """Lose what a batch holds beyond ``limit`` entries."""

    limit = 512

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        super().update(entries[: self.limit])
        for entry in entries[self.limit :]:
            entry.result = Result(self.total)
        return entries


class Unset(machines.Counter):
    """Set the results of the first 512 entries."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        super().update(entries[:512])
        return entries


class OneByte(machines.Counter):
    """Write the number of entries into one byte."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        bytes([len(entries)])
        return super().update(entries)


class OfTwo(Limited):
    """Lose the third entry of any batch: no matter of many."""

    limit = 2


class Keeps(machines.Counter):
    """Keep the last entry, and lose nothing."""

    last: object = None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.last = entries[-1]
        return super().update(entries)


def subject_of(machine: type, **fields: str) -> Subject:
    return Subject(
        machine=machine,
        commands=machines.commands,
        queries=machines.queries,
        kind=fields.get("kind"),
    )


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (Limited, "entry 512: expected Result(897), got Result(896)"),
        (Unset, "(position 512 of 600) to be set, got None"),
        (OneByte, "update: expected no exception, got raise ValueError"),
    ],
)
def test_a_batch_that_is_too_long_for_a_machine_is_bat_3(machine: type, text: str) -> None:
    [breach], tally = made(
        "many", subject_of(machine), plan_of([b"\1", b"\2", b"\3", b"\1"], "total")
    )
    assert breach.clause == "BAT-3"
    assert text in breach.message
    assert tally.exercised["BAT-3"] == 1


@pytest.mark.parametrize("machine", [machines.Counter, OfTwo, Keeps])
def test_a_machine_that_differs_not_at_all_or_in_small_batches_too_is_left_alone(
    machine: type,
) -> None:
    assert made("many", subject_of(machine), plan_of([b"\1", b"\2"], "total"))[0] == []


def test_a_machine_that_takes_one_entry_at_a_time_gets_no_long_batch() -> None:
    subject = subject_of(machines.RegularCounter, kind="regular")
    found, tally = made("many", subject, plan_of([b"\1"], "total"))
    assert (found, tally.exercised["BAT-3"]) == ([], 0)
