"""Explain an answer by whole entries that are in flight, applied in another order.

A machine may show entry 2 of a batch before entry 1: no prefix of the batch explains that, but
the batch without entry 1 does. Entries of a batch that has returned are never left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from smcheck.checkers._windows import Timeline, Window, Write
from smcheck.checkers.oracle import Oracle, matches
from smcheck.history import Outcome
from smcheck.plan import Update

LIMIT_ENTRIES = 10
"""Entries in flight up to which every choice is tried (CONTRACT A5)."""


def explains(
    window: Window, got: Outcome, query: int, *, timeline: Timeline, oracle: Oracle
) -> bool | None:
    """Return whether some whole entries of a batch in flight explain ``got``.

    ``None`` when that cannot be known: too many entries, or an answer that cannot be computed.
    """
    known = True
    for write in window.writes:
        found = choices(write, got, query, timeline=timeline, oracle=oracle, first_only=True)
        if found:
            return True
        known = known and found is not None
    return False if known else None


def may_step_back(
    write: Write, earlier: tuple[Outcome, int], later: tuple[Outcome, int], *, timeline: Timeline,
    oracle: Oracle,
) -> bool | None:  # fmt: skip
    """Return whether two answers, each with its query, came of one batch in another order.

    True when the whole entries behind the earlier answer are among those behind the later one;
    ``None`` when that cannot be known.
    """
    before = choices(write, *earlier, timeline=timeline, oracle=oracle)
    after = choices(write, *later, timeline=timeline, oracle=oracle)
    if before is None or after is None:
        return None
    return any(one & other == one for one in before for other in after)


def choices(
    write: Write, got: Outcome, query: int, *, timeline: Timeline, oracle: Oracle,
    first_only: bool = False,
) -> list[int] | None:  # fmt: skip
    """Return the choices of the write's entries, as bit sets, after which ``got`` is right.

    ``None`` when none was found and not all could be tried.
    """
    operation = write.call.operation
    if not isinstance(operation, Update):
        return []
    count = operation.stop - operation.start
    if count > LIMIT_ENTRIES:
        return None
    base = tuple(range(timeline.versions[write.before]))
    found, known = [], True
    for chosen in _by_likelihood(count):
        entries = tuple(operation.start + i for i in range(count) if chosen >> i & 1)
        answer = oracle.answer_of(base + entries, query)
        if answer is None:
            known = False
        elif matches(got, answer):
            found.append(chosen)
            if first_only:
                break
    return found if found or known else None


def _by_likelihood(count: int) -> Iterator[int]:
    """Give every choice of ``count`` entries, those that miss or have few first."""
    yield from sorted(
        range(1 << count), key=lambda c: (min(c.bit_count(), count - c.bit_count()), c)
    )
