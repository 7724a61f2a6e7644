"""Which values differ, which of them by float noise alone, and how much was compared."""

from __future__ import annotations

from typing import Any

import pytest

from smcheck.engine.golden.differences import (
    Compared,
    Difference,
    Seen,
    differences,
)
from smcheck.engine.golden.file import EntryRecord, Golden, MomentRecord, Value, raw_query, value_of
from smcheck.plan import Command

RESULTS = ("Result(1, b'')", "Result(2, b'')")


def golden_of(*moments: MomentRecord, results: tuple[str, ...] = RESULTS) -> Golden:
    log = [EntryRecord.of(Command(i, b"x"), text, "") for i, text in enumerate(results, 1)]
    return Golden("smcheck/golden/1", "", "", "Notes", "concurrent", "drawn", 7,
                  [raw_query("q")], log, [*moments])  # fmt: skip


def moment(entries: int, answer: str = "0", **more: Any) -> MomentRecord:
    return MomentRecord(entries, [answer], **more)


def test_finds_nothing_in_what_is_the_same() -> None:
    golden = golden_of(moment(0), moment(2, "1", hash="5"))
    assert list(differences(golden, Seen(RESULTS, (moment(0), moment(2, "1", hash="5"))))) == []


def test_finds_the_result_of_an_entry_before_what_is_asked_behind_it() -> None:
    golden = golden_of(moment(0), moment(1, "1"), moment(2, "2"))
    seen = Seen(("Result(9, b'')", RESULTS[1]), (moment(0), moment(1, "9"), moment(2, "9")))
    assert [(one.entries, one.label) for one in differences(golden, seen)] == [
        (1, "result"), (1, "lookup('q')"), (2, "lookup('q')")
    ]  # fmt: skip


def test_finds_a_hash_and_what_observe_gives() -> None:
    golden = golden_of(moment(2, hash="5", observe="[]"))
    seen = Seen(RESULTS, (moment(2, hash="6", observe="[1]"),))
    assert list(differences(golden, seen)) == [
        Difference(2, "get_hash", "5", "6"), Difference(2, "observe", "[]", "[1]")
    ]  # fmt: skip


def test_what_was_recorded_and_is_not_there_differs_but_what_is_new_does_not() -> None:
    golden, fuller = golden_of(moment(2, hash="5")), golden_of(MomentRecord(2))
    assert [one.now for one in differences(golden, Seen(RESULTS, (MomentRecord(2),)))] == [
        "nothing", "nothing"
    ]  # fmt: skip
    assert list(differences(fuller, Seen(RESULTS, (moment(2, hash="5"),)))) == []


@pytest.mark.parametrize(
    ("recorded", "now", "is_noise"),
    [
        (value_of("[0.3, 1]"), value_of("[0.30000000000000004, 1]"), True),
        (value_of("[0.3, 1]"), value_of("[0.30000000000000004, 2]"), False),
        (value_of("0.1 " * 2_000), value_of("0.10000000000000002 " * 2_000), False),
    ],
)
def test_float_noise_is_told_from_more_where_the_texts_are_kept(
    recorded: Value, now: Value, is_noise: bool
) -> None:
    assert Difference(1, "observe", recorded, now).is_noise is is_noise


def test_says_how_much_was_compared() -> None:
    golden = golden_of(moment(0, hash="1", observe="1"), moment(2, "raise A", hash="2"))
    assert Compared.of(golden).lines() == [
        "compared: 2 results, 2 answers to 1 query, 2 hashes, 1 value of observe, at 2 moments",
        "1 of these are exceptions, compared by their type",
    ]


@pytest.mark.parametrize(
    ("moments", "said"),
    [
        ((moment(0, hash="1"), moment(2, "1", hash="1")), ["the hash was the same"]),
        ((moment(0), moment(2)), ["nothing but results was observable, for what else was asked"]),
        ((MomentRecord(0), MomentRecord(2)), ["nothing but results was observable, for the mach"]),
        ((moment(0, hash="1"), moment(2, hash="1")), ["the hash was the", "nothing but results"]),
        ((moment(0), moment(2, "1")), []),
    ],
)
def test_says_what_shows_nothing(moments: tuple[MomentRecord, ...], said: list[str]) -> None:
    _, *limits = Compared.of(golden_of(*moments)).lines()
    assert [line.startswith(start) for line, start in zip(limits, said, strict=True)] == [
        True for _ in said
    ]


def test_says_that_results_show_nothing_either() -> None:
    golden = golden_of(MomentRecord(0), results=("Result(0, b'')",) * 2)
    assert Compared.of(golden).lines()[-1].startswith("every result was the same too")
