"""What a reopened folder may show: each promise has one that keeps it and one that does not."""

from __future__ import annotations

import pytest

from smcheck.checkers.durability import (
    OTHER,
    PROMISED,
    Promise,
    Reopened,
    Truth,
    check_reopened,
    promise_at,
)
from smcheck.checkers.observations import Observation
from smcheck.contract.types import Result
from smcheck.finding import HOLDS, UNSURE
from smcheck.plan import Close, Command, Recover, Sync, Update
from smcheck.values import freeze

STEPS = (Update(0, 2), Sync(), Update(2, 3), Recover(1), Close())


@pytest.mark.parametrize(
    ("number", "inside", "versions", "synced"),
    [
        (-1, False, {0}, 0),
        (0, True, {0, 1, 2}, 0),
        (0, False, {0, 1, 2}, 0),
        (1, True, {0, 1, 2}, 0),
        (1, False, {2}, 2),
        (2, True, {2, 3}, 2),
        (3, True, {1, 2, 3}, 2),
        (3, False, {1}, 1),
        (4, True, {1}, 1),
    ],
)
def test_promise_is_what_was_synced_or_a_later_prefix(
    number: int, inside: bool, versions: set[int], synced: int
) -> None:
    promise = promise_at(STEPS, number, inside=inside)
    assert promise.versions == versions
    assert promise.synced == synced


def test_promise_names_the_call_in_flight() -> None:
    assert promise_at(STEPS, 3, inside=True).during == "recover"
    assert promise_at(STEPS, 3, inside=False).during == ""


def test_promise_remembers_that_an_image_made_the_version() -> None:
    assert promise_at(STEPS, 3, inside=False).recovered
    assert not promise_at(STEPS, 1, inside=False).recovered


def seen(value: object) -> Observation:
    return (("lookup", freeze(value)),)


TRUTH = Truth(
    log=(Command(2, b"a"), Command(3, b"b"), Command(7, b"c")),
    versions=(seen(""), seen("a"), seen("ab"), seen("abc")),
    results=(Result(1), Result(2), Result(3)),
)
SYNCED_TWO = Promise(frozenset({2, 3}), synced=2)
IN_UPDATE = Promise(frozenset({2, 3}), synced=2, during="update")


def clause_of(
    promise: Promise,
    opened: object,
    shows: object,
    *,
    results: tuple[int, ...] = (),
    last: object = "abc",
    raised: str = "",
    lost: bool = False,
    hole: bool = False,
) -> str | None:
    got = Reopened(
        "killed", lost, freeze(opened), raised, seen(shows), tuple(map(Result, results)), seen(last)
    )
    breach = check_reopened(promise, TRUTH, got, check="crashes", has_hole=lambda *_: hole)
    return breach.clause if breach else None


def test_synced_version_is_accepted() -> None:
    assert clause_of(SYNCED_TWO, 3, "ab", results=(3,)) is None


def test_later_version_is_accepted() -> None:
    assert clause_of(SYNCED_TWO, 7, "abc") is None


def test_loss_of_what_was_synced_is_dsk_6() -> None:
    assert clause_of(SYNCED_TWO, 2, "a", results=(2, 3)) == "DSK-6"


def test_index_without_its_data_is_dsk_3() -> None:
    assert clause_of(IN_UPDATE, 7, "ab") == "DSK-3"


def test_data_without_their_index_is_dsk_3() -> None:
    assert clause_of(IN_UPDATE, 3, "abc", results=(3,)) == "DSK-3"


def test_synced_data_behind_a_surviving_index_are_dsk_6() -> None:
    assert clause_of(SYNCED_TWO, 3, "a") == "DSK-6"


def test_half_an_entry_is_dsk_3() -> None:
    assert clause_of(IN_UPDATE, 3, "a?", results=(3,)) == "DSK-3"


def test_hole_before_a_kept_entry_is_dsk_4() -> None:
    assert clause_of(IN_UPDATE, 7, "ac", hole=True) == "DSK-4"


def test_index_of_no_entry_is_dsk_1() -> None:
    assert clause_of(SYNCED_TWO, 5, "ab") == "DSK-1"


def test_what_is_no_index_is_dsk_1() -> None:
    assert clause_of(SYNCED_TWO, None, "ab") == "DSK-1"


def test_raising_open_is_dsk_1() -> None:
    assert clause_of(SYNCED_TWO, 0, "", raised="open") == "DSK-1"


def test_raising_open_after_a_sync_and_a_loss_of_power_is_dsk_6() -> None:
    assert clause_of(SYNCED_TWO, 0, "", raised="open", lost=True) == "DSK-6"


def test_index_ahead_of_everything_is_dsk_5() -> None:
    assert clause_of(SYNCED_TWO, 8, "abc") == "DSK-5"


def test_other_result_of_the_rest_is_dsk_5() -> None:
    assert clause_of(SYNCED_TWO, 3, "ab", results=(9,)) == "DSK-5"


def test_other_state_at_the_end_is_dsk_5() -> None:
    assert clause_of(SYNCED_TWO, 3, "ab", results=(3,), last="abcc") == "DSK-5"


RECOVERED_ONE = Promise(frozenset({1}), synced=1, recovered=True)
RECOVERED_TWO = Promise(frozenset({2}), synced=2, recovered=True)


def test_newer_store_under_an_older_image_is_rec_8() -> None:
    assert clause_of(RECOVERED_ONE, 3, "ab") == "REC-8"


def test_newer_data_under_the_index_of_an_older_image_are_rec_8() -> None:
    assert clause_of(RECOVERED_ONE, 2, "ab") == "REC-8"


def test_index_ahead_of_the_data_of_an_image_is_dsk_3() -> None:
    after = Promise(frozenset({1, 2}), synced=1, recovered=True)
    assert clause_of(after, 3, "a") == "DSK-3"
    assert clause_of(after, 3, "abc") == "REC-8"


def test_index_ahead_of_the_data_of_a_recover_in_flight_is_dsk_3() -> None:
    during = Promise(frozenset({1, 2}), synced=2, during="recover")
    assert clause_of(during, 3, "a") == "DSK-3"
    assert clause_of(during, 3, "") == "DSK-6"


def test_recovered_and_synced_image_that_is_lost_is_dsk_11() -> None:
    assert clause_of(RECOVERED_TWO, 2, "a") == "DSK-11"


@pytest.mark.parametrize(
    ("opened", "shows", "holds"),
    [
        (2, "ab", PROMISED),  # the index alone is behind
        (4, "ab", PROMISED),  # of no entry at all
        (2, "a", OTHER),
        (2, "?", OTHER),
    ],
)
def test_wrong_index_is_told_with_what_the_folder_holds(
    opened: int, shows: str, holds: str
) -> None:
    got = Reopened("killed", False, freeze(opened), "", seen(shows), (), ())
    breach = check_reopened(SYNCED_TWO, TRUTH, got, check="crashes", has_hole=lambda *_: False)
    assert breach is not None
    assert breach.evidence == ((HOLDS, holds),)


def test_state_that_more_versions_show_does_not_say_what_is_wrong() -> None:
    truth = Truth(TRUTH.log, (seen(""), seen("a"), seen("a"), seen("a")), TRUTH.results)
    got = Reopened("killed", False, freeze(2), "", seen("a"), (), ())
    breach = check_reopened(SYNCED_TWO, truth, got, check="crashes", has_hole=lambda *_: False)
    assert breach is not None
    assert breach.evidence == ((HOLDS, UNSURE),)
