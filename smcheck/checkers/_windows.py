"""Which states a lookup may answer from: the places between two writes of a history.

A *place* counts the states of one run in order: 0 is the first, every entry adds one, and so
does a recover. Places only grow, where versions go back when an older image is recovered.
Knows nothing of answers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from smcheck.errors import InternalError
from smcheck.history import Call, History
from smcheck.plan import Close, Lookup, Recover, Update

NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Write:
    """A call that moves the state from place ``before`` to place ``after``."""

    call: Call
    before: int
    after: int

    @property
    def is_recover(self) -> bool:
        """Whether it replaces the state instead of adding entries to it."""
        return isinstance(self.call.operation, Recover)

    def shown_by(self, moment: int) -> int:
        """Return the last place that may be seen at a moment after its call."""
        shown = self.call.shown
        return self.after if shown is None else self.before + sum(at < moment for at in shown)

    @property
    def began(self) -> int:
        """Moment of its call."""
        return self.call.began

    @property
    def ended(self) -> int:
        """Moment of its return, ``NEVER`` when it did not return."""
        return NEVER if self.call.ended is None else self.call.ended


@dataclass(frozen=True, slots=True)
class Window:
    """The places between which one lookup may choose.

    Attributes:
        low: Place after the last write that returned before the lookup began.
        high: Place after the last write that began before the lookup returned; of one that is
            shown only later, where it was shown.
        last: Place after the last write that began before the lookup returned, shown or not.
        writes: The writes in between, all of which overlap the lookup, in order.
        closing: Whether close began before the lookup returned.
        lost: Whether a write raised, so that nobody knows the state.
    """

    call: Call
    low: int
    high: int
    last: int
    writes: tuple[Write, ...] = ()
    closing: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """All states of one run.

    Attributes:
        versions: Version of the state at each place.
        writes: In order; they never overlap each other.
        closed: Moment at which close began.
    """

    versions: tuple[int, ...]
    writes: tuple[Write, ...]
    closed: int = NEVER

    def write_to(self, place: int) -> Write | None:
        """Return the write that made the state at ``place``."""
        found = bisect_left(self.writes, place, key=lambda write: write.after)
        return self.writes[found] if place and found < len(self.writes) else None

    def windows(self, history: History, kind: type = Lookup) -> Iterator[Window]:
        """Give the window of every call of ``kind`` that returned, in order of their calls."""
        begins = [write.began for write in self.writes]
        lost = min(map(_lost_from, self.writes), default=NEVER)
        done = 0
        for call in history.of(kind):
            while done < len(self.writes) and self.writes[done].ended < call.began:
                done += 1
            if call.ended is None:
                continue
            begun = bisect_left(begins, call.ended)
            low = self.writes[done - 1].after if done else 0
            high = self.writes[begun - 1].shown_by(call.ended) if begun > done else low
            last = self.writes[begun - 1].after if begun > done else low
            yield Window(
                call, low, high, last, self.writes[done:begun],
                closing=self.closed < call.ended, lost=lost < call.ended,
            )  # fmt: skip


def timeline_of(history: History) -> Timeline:
    """Return the states that the writes of a history went through.

    Raises:
        InternalError: Two writes overlap, or one does not start where the last one ended.
    """
    versions, writes = [_first_version(history)], list[Write]()
    for call in history.of(Update, Recover):
        if writes and writes[-1].ended > call.began:
            raise InternalError(f"expected writes one after another, got {call!r} beside another")
        before, operation = len(versions) - 1, call.operation
        if isinstance(operation, Update):
            if operation.start != versions[-1]:
                raise InternalError(f"expected an update from version {versions[-1]}, got {call!r}")
            versions += range(operation.start + 1, operation.stop + 1)
        elif isinstance(operation, Recover):
            versions.append(operation.upto)
        writes.append(Write(call, before, len(versions) - 1))
    closes = [call.began for call in history.of(Close)]
    return Timeline(tuple(versions), tuple(writes), min(closes, default=NEVER))


def _first_version(history: History) -> int:
    first = next(iter(history.of(Update, Recover)), None)
    return first.operation.start if first and isinstance(first.operation, Update) else 0


def _lost_from(write: Write) -> int:
    """Return the moment from which a write that raised hides the state.

    A failed update may have left anything from its begin on; a failed recover owes the old
    state or the new one until it returns (LKP-5).
    """
    outcome = write.call.outcome
    if outcome is None or not outcome.raised:
        return NEVER
    return write.ended if write.is_recover else write.began
