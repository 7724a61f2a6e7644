"""Lookups judged by their windows: each history that is accepted has a near twin that is not.

The lanes are explained in conftest.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smcheck.checkers.reads import ReadVerdict
from smcheck.errors import InternalError

Judge = Callable[..., ReadVerdict]
Clauses = Callable[..., list[tuple[str, str]]]

VIOLATION, HAZARD = "violation", "hazard"


def test_window_accepts_every_version_of_an_update_in_flight(clauses: Clauses) -> None:
    assert clauses("a=1; a=2; a=3", """
        updates | [0..1]   [1..3                               ]
        one     |             [a -> 1] [a -> 2] [a -> 3]
    """) == []  # fmt: skip


def test_window_accepts_the_new_version_before_the_update_returns(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1            ]
        one     |     [a -> 1]
    """) == []  # fmt: skip


def test_window_ends_with_the_last_update_that_began(clauses: Clauses) -> None:
    assert clauses("a=1; b=2", """
        updates |                [0..1]  [1..2]
        one     |  [b -> None]
        two     |                   [b -> 2]
    """) == []  # fmt: skip
    assert clauses("a=1; b=2", """
        updates |                [0..1]  [1..2]
        one     |  [b -> 2]
    """) == [("LKP-8", VIOLATION)]  # fmt: skip


def test_stale_accepts_the_version_of_the_update_that_returned(clauses: Clauses) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2]
        one     |                  [a -> 2]
    """) == []  # fmt: skip


def test_stale_rejects_a_version_that_was_replaced_before_the_call(clauses: Clauses) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2]
        one     |                  [a -> 1]
    """) == [("RDC-1", VIOLATION)]  # fmt: skip


def test_stale_accepts_the_old_version_when_the_call_began_before_the_return(
    clauses: Clauses,
) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2]
        one     |            [a -> 1]
    """) == []  # fmt: skip


def test_stale_counts_an_old_exception_like_an_old_answer(clauses: Clauses) -> None:
    lanes = """
        updates | [0..1]  [1..2]
        one     |                  [a! -> !KeyError('a')]
    """
    assert clauses("b=1; a=2", lanes) == [("RDC-1", VIOLATION)]
    assert clauses("a=1; -a", lanes) == []


def test_stale_after_recover_is_a_state_that_recover_left(clauses: Clauses) -> None:
    assert clauses("a=1; a=2; a=3", """
        updates | [0..1]  [recover 3]
        one     |                       [a -> 1]
    """) == [("REC-1", VIOLATION)]  # fmt: skip
    assert clauses("a=1; a=2; a=3", """
        updates | [0..1]  [recover 3]
        one     |                       [a -> 3]
    """) == []  # fmt: skip


def test_stale_is_no_emptiness_beside_a_recover_of_the_same_version(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1]  [recover 1           ]
        one     |            [a -> None]
    """) == [("LKP-5", VIOLATION)]  # fmt: skip


def test_order_accepts_two_lookups_that_overlap_in_either_order(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1                               ]
        one     |     [a -> 1      ]
        two     |       [a -> None    ]
    """) == []  # fmt: skip


def test_order_rejects_an_older_answer_after_a_newer_one(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1                               ]
        one     |     [a -> 1]
        two     |                [a -> None]
    """) == [("RDC-2", VIOLATION)]  # fmt: skip


def test_order_gives_each_lookup_the_oldest_version_that_fits(clauses: Clauses) -> None:
    # b is None at versions 0 and 1, so the first lookup does not force version 1.
    assert clauses("a=1; b=1", """
        updates | [0..2                               ]
        one     |     [b -> None]
        two     |                   [a -> None]
    """) == []  # fmt: skip


def test_order_calls_entries_of_a_batch_the_other_way_round_a_hazard(clauses: Clauses) -> None:
    lanes = """
        updates | [0..2                               ]
        one     |     [b -> 1]
        two     |                   [a -> None]
    """
    assert clauses("a=1; b=1", lanes) == [("RDC-2", HAZARD)]
    assert clauses("a=1,b=1; nop", lanes) == [("RDC-2", VIOLATION)]


def test_order_rejects_a_step_back_from_recover(clauses: Clauses) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [recover 2                               ]
        one     |             [a -> 2]
        two     |                         [a -> 1]
    """) == [("RDC-2", VIOLATION)]  # fmt: skip


def test_half_accepts_an_entry_seen_as_a_whole(clauses: Clauses) -> None:
    assert clauses("a=1,b=1; a=2,b=2", """
        updates | [0..1]  [1..2                                    ]
        one     |             [ab -> (1, 1)] [ab -> (2, 2)]
    """) == []  # fmt: skip


def test_half_rejects_parts_of_one_entry(clauses: Clauses) -> None:
    lanes = """
        updates | [0..1]  [1..2                                    ]
        one     |             [ab -> (1, 2)]
    """
    assert clauses("a=1,b=1; a=2,b=2", lanes) == [("BAT-6", VIOLATION)]
    assert clauses("a=1,b=1; a=2,b=2", lanes, batches=False) == [("RDC-3", VIOLATION)]


def test_half_calls_a_mixture_of_two_updates_torn(clauses: Clauses) -> None:
    assert clauses("a=1,b=1; a=2; b=3", """
        updates | [0..1]  [1..2]     [2..3     ]
        one     |           [ab -> (1, 3)            ]
    """) == [("RDC-3", VIOLATION)]  # fmt: skip
    assert clauses("a=1,b=1; a=2; b=3", """
        updates | [0..1]  [1..2]     [2..3     ]
        one     |           [ab -> (2, 1)            ]
    """) == []  # fmt: skip


def test_half_calls_whole_entries_of_one_batch_in_another_order_a_hazard(
    clauses: Clauses,
) -> None:
    lanes = """
        updates | [0..1]  [1..3                    ]
        one     |           [ab -> (1, 3)]
    """
    assert clauses("a=1,b=1; a=2; b=3", lanes) == [("RDC-3", HAZARD)]
    assert clauses("a=1,b=1; a=2,b=2; b=3,a=3", lanes) == [("RDC-3", VIOLATION)]


def test_half_says_unknown_when_more_than_ten_entries_are_in_flight(judge: Judge) -> None:
    log = "a=1,b=1;" + ";".join(f"a={i},b={i}" for i in range(2, 14))
    lanes = """
        updates | [0..1]  [1..{}                    ]
        one     |           [ab -> (7, 3)]
    """
    assert [b.clause for b in judge(log, lanes.format("11")).breaches] == ["RDC-3"]
    verdict = judge(log, lanes.format("12"))
    assert (verdict.breaches, verdict.unknown) == ((), 1)


def test_half_says_unknown_when_the_oracle_cannot_compute(judge: Judge) -> None:
    lanes = """
        updates | [0..1]  [1..3                    ]
        one     |           [ab -> (7, 3)]
    """
    verdict = judge("a=1,b=1; a=2; b=3", lanes, computes=False)
    assert (verdict.breaches, verdict.unknown) == ((), 1)


def test_half_takes_emptiness_in_flight_for_half_an_entry(clauses: Clauses) -> None:
    cleared = """
        updates | [0..1]  [1..2              ]
        one     |             [a -> None]
    """
    assert clauses("a=1; a=2", cleared) == [("BAT-6", VIOLATION)]
    # The entry in flight does not touch the answer, so nothing but an old one explains it.
    assert clauses("a=1; b=2", cleared) == [("RDC-1", VIOLATION)]


def test_half_gives_way_to_a_lookup_that_is_certainly_stale(clauses: Clauses) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2              ]
        one     |             [a -> None]        [a -> None]
    """) == [("RDC-1", VIOLATION), ("RDC-1", VIOLATION)]  # fmt: skip


def test_listing_accepts_the_order_of_the_sequential_run(clauses: Clauses) -> None:
    assert clauses("a=1; b=1", """
        updates | [0..2]
        one     |         [members -> ['a', 'b']]
    """) == []  # fmt: skip


def test_listing_calls_another_order_a_hazard_and_another_member_a_violation(
    clauses: Clauses,
) -> None:
    lanes = """
        updates | [0..2]
        one     |         [members -> {}]
    """
    assert clauses("a=1; b=1", lanes.format("['b', 'a']")) == [("LKP-8", HAZARD)]
    assert clauses("a=1; b=1", lanes.format("['b', 'c']")) == [("LKP-8", VIOLATION)]


def test_crash_accepts_an_exception_that_a_version_of_the_window_raises(
    clauses: Clauses,
) -> None:
    assert clauses("b=1; a=1", """
        updates | [0..1]  [1..2                         ]
        one     |           [a! -> !KeyError('a')]
    """) == []  # fmt: skip


def test_crash_rejects_an_exception_that_no_version_raises(clauses: Clauses) -> None:
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2                         ]
        one     |           [a! -> !KeyError('a')]
    """) == [("CRA-1", VIOLATION)]  # fmt: skip
    assert clauses("a=1; a=2", """
        updates | [0..1]  [1..2                         ]
        one     |           [a! -> !RuntimeError('changed')]
    """) == [("CRA-1", VIOLATION)]  # fmt: skip


def test_crash_rejects_another_argument_of_the_same_exception(clauses: Clauses) -> None:
    assert clauses("b=1", """
        one     |           [a! -> !KeyError('b')]
    """) == [("CRA-1", VIOLATION)]  # fmt: skip


@pytest.mark.parametrize("beside", ["0..1", "recover 1", "0..1 !ValueError()"])
def test_crash_rejects_what_is_no_exception_wherever_it_comes(
    clauses: Clauses, beside: str
) -> None:
    assert clauses("a=1", f"""
        updates | [{beside:30}]
        one     |      [a -> !SystemExit(1)]
    """) == [("CRA-1", VIOLATION)]  # fmt: skip


def test_recover_accepts_old_new_and_any_exception(clauses: Clauses) -> None:
    assert clauses("a=1,b=1; a=2,b=2", """
        updates | [0..1]  [recover 2                                      ]
        one     |             [ab -> (1, 1)]     [ab -> (2, 2)]
        two     |             [ab -> !OSError('gone')]
    """) == []  # fmt: skip


def test_recover_rejects_a_mixture(clauses: Clauses) -> None:
    assert clauses("a=1,b=1; a=2,b=2", """
        updates | [0..1]  [recover 2                                      ]
        one     |             [ab -> (1, 2)]
    """) == [("LKP-5", VIOLATION)]  # fmt: skip


def test_recover_may_go_back_to_an_older_version(clauses: Clauses) -> None:
    lanes = """
        updates | [0..2]  [recover 1]            [1..3]
        one     |                      [a -> {}]            [a -> 3]
    """
    assert clauses("a=1; a=2; a=3", lanes.format(1)) == []
    assert clauses("a=1; a=2; a=3", lanes.format(2)) == [("REC-1", VIOLATION)]


def test_close_accepts_the_final_answer_and_any_exception(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1]
        closer  |           [close     ]
        one     |             [a -> 1     ] [a -> !OSError('closed')]
    """) == []  # fmt: skip


def test_close_rejects_another_answer(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1]
        closer  |           [close     ]
        one     |                          [a -> 7]
    """) == [("CLO-1", VIOLATION)]  # fmt: skip


def test_close_rejects_what_is_no_exception(clauses: Clauses) -> None:
    assert clauses("a=1", """
        closer  |           [close     ]
        one     |                        [a -> !KeyboardInterrupt()]
    """) == [("LKP-6", VIOLATION)]  # fmt: skip


def test_lost_state_is_not_judged(judge: Judge) -> None:
    verdict = judge("a=1; a=2", """
        updates | [0..1]          [1..2 !ValueError()   ]
        one     |   [a -> 1]   [a -> 7]            [a -> 7]
    """)  # fmt: skip
    assert (verdict.breaches, verdict.unknown) == ((), 2)


def test_lost_state_begins_with_the_return_of_a_failed_recover(judge: Judge) -> None:
    verdict = judge("a=1; a=2", """
        updates | [0..1]  [recover 2 !OSError()   ]
        one     |              [a -> 7]              [a -> 7]
    """)  # fmt: skip
    assert [breach.clause for breach in verdict.breaches] == ["LKP-5"]
    assert verdict.unknown == 1


def test_update_that_never_returned_stays_in_flight(clauses: Clauses) -> None:
    assert clauses("a=1", """
        updates | [0..1                       >
        one     |    [a -> None]  [a -> 1]  [a -> 1 >
    """) == []  # fmt: skip


def test_history_with_overlapping_writes_is_refused(judge: Judge) -> None:
    with pytest.raises(InternalError, match="one after another"):
        judge("a=1; a=2", """
            updates | [0..1         ]
            other   |    [1..2          ]
        """)  # fmt: skip


def test_history_that_leaves_a_version_out_is_refused(judge: Judge) -> None:
    with pytest.raises(InternalError, match="from version 1"):
        judge("a=1; a=2; a=3", "updates | [0..1] [2..3]")
