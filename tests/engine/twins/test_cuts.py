"""The twin in other batches: a missing result hides no other state, and excuses none."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck import Entry, Result, Subject
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines


class FirstResultOnly(machines.Counter):
    """Count every entry, and answer the first of a batch."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.total += len(entry.cmd)
        entries[0].result = Result(1)
        return entries


class CallsCounted(FirstResultOnly):
    """Count calls instead of entries, and answer the first of a batch."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        self.total += 1
        entries[0].result = Result(1)
        return entries


def clauses_of(machine: type) -> list[str]:
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    found, _ = made("cuts", subject, plan_of([b"\1"] * 3, "total"))
    return [breach.clause for breach in found]


def test_missing_results_with_the_same_state_are_one_breach() -> None:
    assert clauses_of(FirstResultOnly) == ["UPD-7"]


def test_missing_results_with_another_state_are_two_breaches() -> None:
    assert clauses_of(CallsCounted) == ["UPD-7", "BAT-1"]
