"""What ``update`` returns and leaves behind: each right form has a wrong twin."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from smcheck.checkers.updates import Given, Judged, check_returned
from smcheck.contract.types import Entry, Result
from smcheck.finding import Severity

Update = Callable[[list[Entry]], object]


def judge(update: Update, *, count: int = 3, buffers: bool = False) -> Judged:
    """Hand out entries with the indexes 1, 11, 21 and judge what the update did with them."""
    commands = [b"c%d" % i for i in range(count)]
    handed: list[Any] = [memoryview(bytearray(c)) if buffers else c for c in commands]
    entries = [Entry(10 * i + 1, command) for i, command in enumerate(handed)]
    given = Given.of(entries)
    return check_returned(given, update(entries))


def judge_single(returned: object) -> Judged:
    """Judge what the regular kind returned for one entry of index 7."""
    entry = Entry(7, b"c")
    return check_returned(Given.of([entry]), returned, single=True)


def clauses(judged: Judged) -> list[str]:
    return [breach.clause for breach in judged.breaches]


def message(judged: Judged) -> str:
    [breach] = judged.breaches
    return breach.message


def served(entries: list[Entry]) -> list[Entry]:
    for entry in entries:
        entry.result = Result(entry.index, b"ok")
    return entries


SERVED = (Result(1, b"ok"), Result(11, b"ok"), Result(21, b"ok"))


@pytest.mark.parametrize("form", [list, tuple, deque])
def test_returned_accepts_any_sequence_of_the_entries(form: Callable[[Any], Any]) -> None:
    assert judge(lambda entries: form(served(entries))) == Judged((), SERVED)


def test_returned_accepts_copies_with_equal_indexes() -> None:
    def update(entries: list[Entry]) -> object:
        return [Entry(e.index, e.cmd, Result(e.index, b"ok")) for e in entries]

    assert judge(update) == Judged((), SERVED)


def test_returned_accepts_no_entries_for_none() -> None:
    assert judge(served, count=0) == Judged((), ())


def generator(entries: list[Entry]) -> Iterator[Entry]:
    yield from served(entries)


@pytest.mark.parametrize(
    ("update", "came"),
    [
        (lambda entries: None, "got None"),
        (generator, "got <generator>"),
        (lambda entries: 5, "got 5"),
        (lambda entries: dict.fromkeys(range(3)), "got {0: None, 1: None, 2: None}"),
        (lambda entries: {1, 2, 3}, "got {1, 2, 3}"),
    ],
)
def test_returned_rejects_what_is_no_sequence(update: Update, came: str) -> None:
    judged = judge(update)
    assert clauses(judged) == ["UPD-6"]
    assert came in message(judged)
    assert judged.results == (Result(), Result(), Result())


@pytest.mark.parametrize(
    ("update", "came"),
    [
        (lambda entries: served(entries)[:2], "got 2:"),
        (lambda entries: [*served(entries), entries[0]], "got 4:"),
        (lambda entries: [], "got 0:"),
    ],
)
def test_returned_rejects_another_length(update: Update, came: str) -> None:
    judged = judge(update)
    assert clauses(judged) == ["UPD-6"]
    assert came in message(judged)


def test_returned_rejects_another_order_and_pairs_results_by_index() -> None:
    judged = judge(lambda entries: served(entries)[::-1])
    assert clauses(judged) == ["UPD-6"]
    assert message(judged) == (
        "expected the indexes [1, 11, 21], got [21, 11, 1]: "
        "return the entries in the order in which they were given"
    )
    assert judged.results == SERVED


def test_returned_rejects_copies_with_other_indexes() -> None:
    judged = judge(lambda entries: [Entry(e.index + 1, e.cmd, Result()) for e in entries])
    assert clauses(judged) == ["UPD-6"]
    assert "got [2, 12, 22]" in message(judged)


@pytest.mark.parametrize("item", [Result(1), 5, b"x"])
def test_returned_rejects_results_in_place_of_entries(item: object) -> None:
    judged = judge(lambda entries: [item] * 3)
    assert clauses(judged) == ["UPD-6"]
    assert message(judged).endswith(": set entry.result and return the entries")


def test_result_rejects_an_entry_without_one() -> None:
    def update(entries: list[Entry]) -> object:
        entries[0].result = Result(1, b"ok")
        return entries

    judged = judge(update)
    assert clauses(judged) == ["UPD-7"]
    assert message(judged) == (
        "expected entry.result of index 11 (position 1 of 3) to be set, got None: "
        "set it for every entry of the batch"
    )
    assert judged.results == (Result(1, b"ok"), Result(), Result())


@pytest.mark.parametrize("value", [0, 2**64 - 1, True])
def test_result_accepts_the_whole_range(value: int) -> None:
    assert judge_single(Result(value, b"x")) == Judged((), (Result(value, b"x"),))


@pytest.mark.parametrize(
    ("result", "came"),
    [
        (Result(-1), "value to be within 0..2**64-1, got -1"),
        (Result(2**64), "value to be within 0..2**64-1, got 18446744073709551616"),
        (Result("1"), "value to be an int, got '1'"),  # type: ignore[arg-type]  # what is tested
        (Result(1.0), "value to be an int, got 1.0"),  # type: ignore[arg-type]  # what is tested
        (Result(None), "value to be an int, got None"),  # type: ignore[arg-type]  # what is tested
        (Result(1, "x"), "data to be bytes, got 'x'"),  # type: ignore[arg-type]  # what is tested
        (Result(1, bytearray(b"x")), "data to be bytes, got bytearray(b'x')"),  # type: ignore[arg-type]  # what is tested
        (Result(10**6000), "value to be within 0..2**64-1, got 0x"),
        (5, "to be a Result, got 5"),
        ((5, b""), "to be a Result, got (5, b'')"),
        (None, "to be a Result, got None"),
    ],
)
def test_result_rejects_wrong_types_and_numbers(result: object, came: str) -> None:
    judged = judge_single(result)
    assert clauses(judged) == ["RES-1"]
    assert came in message(judged)
    assert judged.results == (Result(),)


def test_result_takes_none_for_no_bytes() -> None:
    none: Any = None
    assert judge_single(Result(3, none)) == Judged((), (Result(3, b""),))


def test_result_is_told_once_for_a_batch() -> None:
    def update(entries: list[Entry]) -> object:
        for entry in entries:
            entry.result = Result(-entry.index)
        return entries

    assert clauses(judge(update)) == ["RES-1"]


@pytest.mark.parametrize("buffers", [False, True])
def test_given_accepts_an_update_that_only_reads(buffers: bool) -> None:
    def update(entries: list[Entry]) -> object:
        assert b"".join(bytes(e.cmd) for e in entries) == b"c0c1c2"
        return served(entries)

    assert judge(update, buffers=buffers) == Judged((), SERVED)


def test_given_rejects_a_written_index() -> None:
    def update(entries: list[Entry]) -> object:
        served(entries)[1].index = 5
        return entries

    judged = judge(update)
    assert clauses(judged) == ["UPD-5"]
    assert "expected entry.index to stay 11, got 5" in message(judged)
    assert judged.results == SERVED


def test_given_rejects_a_written_command() -> None:
    def update(entries: list[Entry]) -> object:
        served(entries)[2].cmd = b"else"
        return entries

    judged = judge(update)
    assert clauses(judged) == ["UPD-5"]
    assert "expected entry.cmd of index 21 to stay b'c2', got b'else'" in message(judged)


def test_given_rejects_a_write_into_the_buffer() -> None:
    def update(entries: list[Entry]) -> object:
        view: Any = served(entries)[0].cmd
        view[0] = 0
        return entries

    judged = judge(update, buffers=True)
    assert clauses(judged) == ["UPD-5"]
    assert "got b'\\x000'" in message(judged)


def test_given_calls_a_released_buffer_a_hazard() -> None:
    def update(entries: list[Entry]) -> object:
        view: Any = served(entries)[0].cmd
        view.release()
        return entries

    [breach] = judge(update, buffers=True).breaches
    assert (breach.clause, breach.severity) == ("UPD-5", Severity.HAZARD)


def test_given_rejects_a_deleted_attribute() -> None:
    def update(entries: list[Entry]) -> object:
        del served(entries)[0].cmd
        return entries

    judged = judge(update)
    assert clauses(judged) == ["UPD-5"]
    assert "got nothing, the attribute is gone" in message(judged)


class Hostile:
    """Raise from everything that a careless checker might touch."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def _refuse(self, *args: object) -> Any:
        raise RuntimeError

    __eq__ = __hash__ = __repr__ = __str__ = __bool__ = __len__ = __getitem__ = _refuse
    __iter__ = __index__ = __int__ = __bytes__ = __lt__ = _refuse


class HostileInt(int):
    def _refuse(self, *args: object) -> Any:
        raise RuntimeError

    __eq__ = __hash__ = __repr__ = __index__ = __int__ = __lt__ = __le__ = _refuse


class HostileBytes(bytes):
    def _refuse(self, *args: object) -> Any:
        raise RuntimeError

    __eq__ = __hash__ = __repr__ = __len__ = __iter__ = __getitem__ = __bytes__ = __buffer__ = (
        _refuse
    )


def test_hostile_sequence_is_a_breach() -> None:
    judged = judge(lambda entries: Hostile())
    assert clauses(judged) == ["UPD-6"]
    assert "got Hostile, and to read it raised RuntimeError" in message(judged)


def test_hostile_items_are_a_breach() -> None:
    assert clauses(judge(lambda entries: [Hostile()] * 3)) == ["UPD-6"]


def test_hostile_results_and_commands_are_a_breach() -> None:
    def update(entries: list[Any]) -> object:
        served(entries)
        entries[0].result = Hostile()
        entries[1].cmd = Hostile()
        entries[2].index = Hostile()
        return entries

    assert sorted(clauses(judge(update))) == ["RES-1", "UPD-5"]


def test_hostile_numbers_and_bytes_are_taken_for_what_they_hold() -> None:
    assert judge_single(Result(HostileInt(5), HostileBytes(b"x"))) == Judged((), (Result(5, b"x"),))


def test_hostile_length_beyond_every_bound_is_a_breach() -> None:
    class Endless:
        def __len__(self) -> int:
            return 2**62

        def __getitem__(self, i: int) -> int:
            return i

    judged = judge(lambda entries: Endless())
    assert clauses(judged) == ["UPD-6"]
    assert "got 4611686018427387904:" in message(judged)
