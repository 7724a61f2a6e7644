"""Lookups beside an update that may be seen only from its commit on."""

from __future__ import annotations

from smcheck.checkers.hashes import check_hashes
from smcheck.checkers.reads import check_reads
from smcheck.history import Call, History, Outcome
from smcheck.plan import Command, Hash, Lookup, Plan, Update
from smcheck.values import freeze

PLAN = Plan((Command(1, b"one"), Command(2, b"two")), ("total",))


class Counter:
    """An oracle that answers the number of entries."""

    def answer(self, version: int, query: int, /) -> Outcome:
        return Outcome(freeze(version))

    def answer_of(self, entries: tuple[int, ...], query: int, /) -> Outcome | None:
        return Outcome(freeze(len(entries)))


def history(*, asked_after_commit: bool, answer: int, ask: Lookup | Hash) -> History:
    """Return an update of two entries whose first commit comes before or after a question."""
    made = History()
    update = made.begin(0, 0, Update(0, 2))
    update.shown = []

    def question() -> Call:
        call = made.begin(3, 0, ask)
        made.end(call, Outcome(freeze(answer)))
        return call

    if not asked_after_commit:
        question()
    update.shown.append(made.tick())
    if asked_after_commit:
        question()
    update.shown.append(made.tick())
    made.end(update, Outcome(freeze(None)))
    return made


def clauses(*, asked_after_commit: bool, answer: int) -> list[tuple[str, str]]:
    asked = history(asked_after_commit=asked_after_commit, answer=answer, ask=Lookup(0))
    verdict = check_reads(PLAN, asked, Counter(), batches=False)
    return [(breach.clause, breach.title) for breach in verdict.breaches]


EARLY = ("RDC-3", "a lookup showed an update that was not committed")


def test_lookup_before_the_commit_may_not_show_the_update() -> None:
    assert clauses(asked_after_commit=False, answer=0) == []
    assert clauses(asked_after_commit=False, answer=1) == [EARLY]


def test_lookup_may_not_show_a_part_of_the_update_either() -> None:
    assert clauses(asked_after_commit=False, answer=7) == [EARLY]


def test_lookup_after_the_commit_may_show_the_update() -> None:
    assert clauses(asked_after_commit=True, answer=0) == []
    assert clauses(asked_after_commit=True, answer=1) == []


def test_lookup_may_not_show_the_next_update_either() -> None:
    assert clauses(asked_after_commit=True, answer=2) == [EARLY]


def test_lookup_before_the_commit_counts_as_put_to_the_test() -> None:
    asked = history(asked_after_commit=False, answer=0, ask=Lookup(0))
    asked.calls[0].reached = 3
    assert check_reads(PLAN, asked, Counter(), batches=False).exercised["RDC-3"] == 1


def test_hash_before_the_commit_is_that_of_the_state_before() -> None:
    hashes = [freeze(version) for version in range(3)]
    early = history(asked_after_commit=False, answer=1, ask=Hash())
    right = history(asked_after_commit=False, answer=0, ask=Hash())
    assert [breach.clause for breach in check_hashes(early, hashes)] == ["HSH-1"]
    assert check_hashes(right, hashes) == []
