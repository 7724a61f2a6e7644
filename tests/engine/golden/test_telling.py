"""What a person reads of a difference."""

from __future__ import annotations

from typing import NoReturn

import msgspec

from smcheck.engine.golden.differences import Difference
from smcheck.engine.golden.file import Golden, value_of
from smcheck.engine.golden.telling import excerpts, tell
from smcheck.finding import Location
from tests.engine.golden import machines


def refuse(cmd: bytes) -> NoReturn:
    raise ValueError


def test_names_the_entry_in_the_words_of_the_subject(golden: Golden) -> None:
    subject = machines.subject(machines.Notes, describe=bytes.decode)
    place = Location("m.py", 7, "M.update")
    found = [Difference(3, "result", "Result(3, b'')", "raise ValueError", place=place)]
    assert tell(golden, subject, found) == (
        "differs at entry 3 (index 9), cc",
        "   result: recorded Result(3, b''), now raise ValueError, at m.py:7 in M.update",
    )


def test_names_the_entry_although_the_words_are_lost(golden: Golden) -> None:
    subject = machines.subject(machines.Notes, describe=refuse)
    [first, _] = tell(golden, subject, [Difference(3, "get_hash", "1", "2")])
    assert first == "differs at entry 3 (index 9), b'cc'"


def test_says_when_it_was_looked_at_last(golden: Golden) -> None:
    sparse = replace_moments(golden, [0, 1, 4])
    [first, _] = tell(sparse, machines.notes, [Difference(4, "get_hash", "1", "2")])
    assert first == "differs at entry 4 (index 12), b'a'; looked at last after entry 1"


def test_a_difference_that_is_more_than_noise_is_named_behind_noise(golden: Golden) -> None:
    found = [
        Difference(0, "lookup('words')", "0.3", "0.30000000000000004"),
        Difference(2, "lookup('words')", "[0.3, 1]", "[0.30000000000000004, 1]"),
        Difference(3, "get_hash", "1", "2"),
    ]
    assert tell(golden, machines.notes, found, how="in another process") == (
        "differs before the first entry, in another process",
        "   lookup('words'): recorded 0.3, now 0.30000000000000004",
        "      the two differ only in float noise",
        "the first difference that is more than float noise:",
        "differs at entry 3 (index 9), b'cc', in another process",
        "   get_hash: recorded 1, now 2",
        "2 of 6 entries differ in all",
    )
    assert tell(golden, machines.notes, found[:2])[-2] == (
        "all values differ only in float noise: the arithmetic, or its order, is another"
    )


def test_of_long_values_the_part_that_differs_is_shown() -> None:
    one, other = excerpts("x" * 500 + "1" + "y" * 500, "x" * 500 + "2")
    assert one == "…" + "x" * 40 + "1" + "y" * 79 + "…"
    assert other == "…" + "x" * 40 + "2"


def test_of_a_digest_the_beginning_is_shown() -> None:
    one, other = excerpts(value_of("x" * 5_000), "z")
    assert one == f"{'x' * 120}… (5,000 characters, sha256 c59d3c0480cc)"
    assert other == "z"


def test_no_more_values_than_a_person_reads(golden: Golden) -> None:
    found = [Difference(1, f"lookup({n})", "1", "2") for n in range(9)]
    assert tell(golden, machines.notes, found)[-1] == "   and 3 more values"


def replace_moments(golden: Golden, versions: list[int]) -> Golden:
    kept = [one for one in golden.moments if one.entries in versions]
    return msgspec.structs.replace(golden, moments=kept)
