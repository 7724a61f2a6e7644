"""What a verdict on lookups says beside the clause: texts, blame, and what was exercised."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from smcheck.checkers.reads import OLDER, ReadVerdict, check_reads
from smcheck.history import Call, History, Outcome
from smcheck.plan import Command, Lookup, Plan, Update
from smcheck.values import freeze

Judge = Callable[..., ReadVerdict]

TORN = """
    updates | [0..1]  [1..2                                    ]
    one     |             [ab -> (1, 2)]
"""


def test_message_says_what_was_expected_what_came_and_what_was_in_flight(judge: Judge) -> None:
    [breach] = judge("a=1,b=1; a=2,b=2", TORN).breaches
    assert breach.title == "a lookup saw one entry half done"
    assert breach.message == (
        "expected lookup('ab') to give (1, 1) (version 1) or (2, 2) (version 2); got (1, 2); "
        "in flight: update of 11 b'a=2,b=2': "
        "read all parts under the lock that update takes, or from one object"
    )
    assert breach.evidence == (
        ("query", "lookup('ab')"),
        ("came", "(1, 2)"),
        ("versions", "1..2"),
        ("in flight", "update of 11 b'a=2,b=2'"),
    )
    assert (breach.check, breach.method, breach.error) == ("reads", "lookup", "")


def test_message_shows_at_most_four_versions_and_entries(judge: Judge) -> None:
    [breach] = judge(";".join(f"a={i}" for i in range(9)), """
        updates | [0..9                  ]
        one     |    [a -> 77]
    """).breaches  # fmt: skip
    assert (
        "to give None (version 0) or 0 (version 1) or 1 (version 2) or 2 (version 3) or 6 more; "
        in breach.message
    )
    assert "b'a=0', 11 b'a=1', 21 b'a=2', 31 b'a=3', … (9 entries)" in breach.message


def test_message_of_a_stale_answer_names_its_version(judge: Judge) -> None:
    [breach] = judge("a=1; a=2", """
        updates | [0..1]  [1..2]
        one     |                  [a -> 1]
    """).breaches  # fmt: skip
    assert breach.message == (
        "expected lookup('a') to give 2 (version 2); got 1, which is version 1; "
        "in flight: nothing else: let update change or drop whatever lookups answer from"
    )


def test_message_of_a_step_back_names_the_earlier_lookup(judge: Judge) -> None:
    [breach] = judge("a=1,b=1", """
        updates | [0..1                                  ]
        one     |    [b -> 1]
        two     |                 [a -> None]
    """).breaches  # fmt: skip
    assert (
        "got None, which is version 0, though lookup('b') had shown version 1 before;"
        in breach.message
    )


def test_message_of_a_crash_carries_the_exception(judge: Judge) -> None:
    [breach] = judge("a=1; a=2", """
        updates | [0..1]  [1..2                           ]
        one     |            [a -> !RuntimeError('size')]
    """).breaches  # fmt: skip
    assert breach.title == "a lookup raised RuntimeError beside an update, which it does not alone"
    assert breach.error == "RuntimeError"
    assert "got raise RuntimeError('size');" in breach.message


def test_blame_names_the_lookup_and_the_writes_beside_it(judge: Judge) -> None:
    verdict = judge("a=1,b=1; a=2,b=2", TORN)
    [blame] = verdict.blamed
    assert blame.call.operation == Lookup(2)
    assert [call.operation for call in blame.writes] == [Update(1, 2)]


def test_exercised_counts_a_lookup_whose_window_shows_a_difference(judge: Judge) -> None:
    assert judge("a=1; a=2", """
        updates | [0..1]  [1..2                           ]
        one     |             [a -> 1]  [a -> 2]
    """).exercised == {"RDC-1": 2, "RDC-2": 1, "RDC-3": 2, "CRA-1": 2, "BAT-6": 2}  # fmt: skip


def test_exercised_leaves_out_a_lookup_that_met_no_update(judge: Judge) -> None:
    assert judge("a=1; a=2", """
        updates | [0..1]            [1..2]
        one     |         [a -> 1]          [a -> 2]
    """).exercised == {"LKP-8": 2}  # fmt: skip


def test_exercised_leaves_out_an_update_that_was_not_inside_the_machine(judge: Judge) -> None:
    assert judge("a=1; a=2", """
        updates | [0..2 outside                           ]
        one     |             [a -> 1]
    """).exercised == {}  # fmt: skip


def test_exercised_leaves_out_answers_that_no_version_changes(judge: Judge) -> None:
    assert judge("a=1; a=2", """
        updates | [0..2                                   ]
        one     |             [b -> None]
    """).exercised == {}  # fmt: skip


def test_exercised_counts_lookups_beside_recover_and_close(judge: Judge) -> None:
    assert judge("a=1; a=2", """
        updates | [0..1]  [recover 2                ]
        closer  |                                      [close   ]
        one     |             [a -> 1]                   [a -> 2]
    """).exercised == {"LKP-5": 1, "LKP-6": 1, "CLO-1": 1}  # fmt: skip


def test_exercised_of_the_regular_kind_has_no_batches(judge: Judge) -> None:
    lanes = """
        updates | [0..1                    ]
        one     |    [a -> 1]
    """
    assert "BAT-6" not in judge("a=1", lanes, batches=False).exercised


class Register:
    """An oracle whose version is its answer."""

    def answer(self, version: int, query: int, /) -> Outcome:
        return Outcome(freeze(version))

    def answer_of(self, entries: tuple[int, ...], query: int, /) -> Outcome | None:
        return Outcome(freeze(len(entries)))


@st.composite
def atomic_histories(draw: st.DrawFn) -> History:
    """Draw what a register shows that changes at one moment per entry, in order."""
    history, version, applied = History(), 0, 0
    update: Call | None = None
    open_lookups: dict[int, tuple[Call, int | None]] = {}
    for _ in range(draw(st.integers(0, 30))):
        step = draw(st.sampled_from(["write", "apply", "begin", "read", "end"]))
        task = draw(st.integers(3, 5))
        if step == "write" and update is None:
            applied = draw(st.integers(1, 3))
            update = history.begin(0, 0, Update(version, version + applied))
            update.reached = 1
        elif step == "apply" and applied:
            version, applied = version + 1, applied - 1
        elif step == "write" and update is not None and applied == 0:
            history.end(update, Outcome(freeze(None)))
            update = None
        elif step == "begin" and task not in open_lookups:
            open_lookups[task] = history.begin(task, 0, Lookup(0)), None
        elif step == "read" and task in open_lookups and open_lookups[task][1] is None:
            open_lookups[task] = open_lookups[task][0], version
        elif step == "end" and open_lookups.get(task, (None, None))[1] is not None:
            call, seen = open_lookups.pop(task)
            history.end(call, Outcome(freeze(seen)))
    return history


PLAN = Plan(tuple(Command(i, b"+1") for i in range(1, 100)), ("value",))


@given(atomic_histories())
def test_atomic_machine_is_never_accused(history: History) -> None:
    assert check_reads(PLAN, history, Register()).breaches == ()


@given(atomic_histories(), st.data())
def test_answer_outside_its_window_is_always_found(history: History, data: st.DataObject) -> None:
    done = [call for call in history.of(Lookup) if call.ended is not None]
    if not done:
        return
    call = data.draw(st.sampled_from(done))
    begun = [u.operation for u in history.of(Update) if u.began < (call.ended or 0)]
    latest = max((op.stop for op in begun if isinstance(op, Update)), default=0)
    call.outcome = Outcome(freeze(latest + data.draw(st.integers(1, 3))))
    assert check_reads(PLAN, history, Register()).breaches


def test_a_mixture_that_an_older_state_gives_too_says_so(judge: Judge) -> None:
    lanes = """
        updates | [0..1]  [1..2                                    ]
        one     |             [ab -> (None, None)]
    """
    [breach] = judge("a=1,b=1; a=2,b=2", lanes).breaches
    assert breach.clause == "BAT-6"
    assert dict(breach.evidence)[OLDER] == "0"
    [other] = judge("a=1,b=1; a=2,b=2", TORN).breaches
    assert OLDER not in dict(other.evidence)
