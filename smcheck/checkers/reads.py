"""Judge the lookups of a history: which version of the state each answer comes from.

The log orders the writes, so no search is needed: a lookup may answer from any state between
the last write that returned before it began and the last that began before it returned, and of
two lookups that do not overlap the later one shows no older state. Lookups are taken in order
and each gets the oldest state that fits.

Choices made where the contract leaves one:

* An answer that fits a later version than the window is a mixture like any other: nothing that
  has not begun can be read, so the agreement is a coincidence.
* An answer that fits only an older version is stale, unless a recover is in flight, or it is that
  of the first state of all and an update in flight changes the answer: that shows more likely a
  call half done. A lookup that is certainly stale in the same run settles it.
* An answer that has the members of a version in another order is no more than that (LKP-8); of
  one that may be a mixture nothing is said.
* An answer that nothing explains while nothing is in flight differs from that of an equal state
  (LKP-8); beside close it is CLO-1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from smcheck.checkers._read_texts import ReadTexts, shown
from smcheck.checkers._subsets import explains, may_step_back
from smcheck.checkers._windows import Timeline, Window, timeline_of
from smcheck.checkers.oracle import Oracle, matches, matches_loosely
from smcheck.finding import Breach, Severity
from smcheck.history import Call, History, Outcome
from smcheck.plan import Lookup, Plan

FATAL = frozenset(
    {"BaseException", "BaseExceptionGroup", "CancelledError", "GeneratorExit",
     "KeyboardInterrupt", "SystemExit"}
)  # fmt: skip
"""Exceptions that are no ``Exception``: a crash wherever they come from."""

OLDER = "or of version"
"""Evidence of a mixture: an older version that gives the answer, too."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Where a breach happened: the lookup, and the writes that were in flight beside it."""

    call: Call
    writes: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadVerdict:
    """What the lookups of one history showed.

    Attributes:
        breaches: In order of the lookups.
        blamed: Where each breach happened, in the same order.
        exercised: How many lookups could have shown a breach, by clause.
        unknown: Lookups whose answer could not be judged.
    """

    breaches: tuple[Breach, ...]
    blamed: tuple[Blame, ...]
    exercised: dict[str, int]
    unknown: int


def check_reads(
    plan: Plan,
    history: History,
    oracle: Oracle,
    *,
    check: str = "reads",
    batches: bool = True,
    describe: Callable[[bytes], str] = repr,
) -> ReadVerdict:
    """Judge every lookup that returned.

    Args:
        check: Name that the breaches carry.
        batches: Whether the kind has BAT-6; without it half an entry is RDC-3 too.
        describe: Turns a command into text for messages.

    Raises:
        InternalError: The writes of the history overlap or leave a version out.
    """
    timeline = timeline_of(history)
    judge = _Judge(oracle, timeline, ReadTexts(plan, timeline, describe), check, batches)
    windows = list(timeline.windows(history))
    by_return = sorted(windows, key=lambda window: window.call.ended or 0)
    returned = 0
    for window in windows:
        while (by_return[returned].call.ended or 0) < window.call.began:
            judge.note_return(by_return[returned])
            returned += 1
        judge.judge(window)
    return judge.verdict()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A lookup on its way through the judge, with what each place would have answered.

    Attributes:
        answers: Of the places of the window.
        early: Of those that were reached and not shown yet.
    """

    window: Window
    outcome: Outcome
    query: int
    answers: tuple[Outcome, ...] = ()
    early: tuple[Outcome, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the places reached answer differently, so that something shows."""
        return len({(a.raised, a.value.text) for a in (*self.answers, *self.early)}) > 1


class _Judge:
    """Take windows in order of their calls and collect what is wrong."""

    def __init__(
        self, oracle: Oracle, timeline: Timeline, texts: ReadTexts, check: str, batches: bool
    ) -> None:
        self._oracle, self._timeline, self._texts = oracle, timeline, texts
        self._check, self._batches = check, batches
        self._found: list[tuple[Breach, Blame]] = []
        self._stale_queries: set[int] = set()
        self._doubtful: list[tuple[int, _Seen, int]] = []  # where in _found, and what if stale
        self._exercised: dict[str, int] = {}
        self._unknown = 0
        self._places: dict[int, int] = {}  # moment of a lookup's call -> place it answered from
        self._floor = 0
        self._floor_set_by: Window | None = None
        self._any_returned = False

    def note_return(self, window: Window) -> None:
        """Note that a lookup returned before those that come now began."""
        self._any_returned = True
        place = self._places.get(window.call.began, 0)
        if place > self._floor:
            self._floor, self._floor_set_by = place, window

    def verdict(self) -> ReadVerdict:
        """Return everything, after settling what was in doubt."""
        for position, seen, older in self._doubtful:
            if seen.query in self._stale_queries:
                self._found[position] = self._stale(seen, older)
        breaches = tuple(breach for breach, _ in self._found)
        blamed = tuple(blame for _, blame in self._found)
        return ReadVerdict(breaches, blamed, self._exercised, self._unknown)

    def judge(self, window: Window) -> None:
        """Judge one lookup."""
        operation, outcome = window.call.operation, window.call.outcome
        assert isinstance(operation, Lookup)
        assert outcome is not None
        if window.closing:
            self._count("LKP-6")
        if outcome.raised and outcome.error in FATAL:
            self._found.append(self._crash(_Seen(window, outcome, operation.query)))
            return
        if window.lost:
            self._unknown += 1
            return
        places = range(window.low, window.high + 1)
        answers = self._answers(places, operation.query)
        early = self._answers(range(window.high + 1, window.last + 1), operation.query)
        seen = _Seen(window, outcome, operation.query, answers, early)
        self._count_exercised(seen)
        if outcome.raised and (window.closing or any(w.is_recover for w in window.writes)):
            return
        fits = [
            p for p, expected in zip(places, answers, strict=True) if matches(outcome, expected)
        ]
        place = next((place for place in fits if place >= self._floor), None)
        if place is not None:
            self._places[window.call.began] = place
        elif fits:
            self._found.append(self._step_back(seen, fits[-1]))
        else:
            self._misfit(seen)

    def _answers(self, places: range, query: int) -> tuple[Outcome, ...]:
        versions = self._timeline.versions
        return tuple([self._oracle.answer(versions[place], query) for place in places])

    def _count(self, *clauses: str) -> None:
        for clause in clauses:
            self._exercised[clause] = self._exercised.get(clause, 0) + 1

    def _count_exercised(self, seen: _Seen) -> None:
        """Count the clauses that this lookup could have shown broken (CONTRACT A4)."""
        window = seen.window
        inside = [write for write in window.writes if write.call.reached > 0]
        if window.closing and not seen.outcome.raised:
            self._count("CLO-1")
        if not window.writes and not window.closing:
            self._count("LKP-8")
        if not seen.differs:
            return
        if any(write.is_recover for write in inside):
            self._count("LKP-5")
        if not all(write.is_recover for write in inside):
            self._count("RDC-3", "CRA-1", *(["BAT-6"] if self._batches else []))
            if window.low > 0:
                self._count("RDC-1")
            if self._any_returned:
                self._count("RDC-2")

    def _breach(
        self, seen: _Seen, clause: str, title: str, *, but: str = "", advice: str = "",
        severity: Severity = Severity.VIOLATION, method: str = "lookup",
    ) -> tuple[Breach, Blame]:  # fmt: skip
        versions, window = self._timeline.versions, seen.window
        evidence = (
            ("query", self._texts.query(Lookup(seen.query))),
            ("came", shown(seen.outcome)),
            ("versions", f"{versions[window.low]}..{versions[window.high]}"),
            ("in flight", self._texts.beside(window)),
        )
        message = self._texts.message(window, seen.answers, but=but, advice=advice)
        breach = Breach(
            clause, self._check, title, message, method, severity, seen.outcome.error,
            evidence=evidence,
        )  # fmt: skip
        return breach, Blame(window.call, tuple(write.call for write in window.writes))

    def _crash(self, seen: _Seen) -> tuple[Breach, Blame]:
        clause = "LKP-6" if seen.window.closing else "CRA-1"
        return self._breach(seen, clause, f"a lookup raised {seen.outcome.error}")

    def _step_back(self, seen: _Seen, place: int) -> tuple[Breach, Blame]:
        """Judge an answer that is older than one that was complete before it was asked for."""
        earlier = self._floor_set_by
        write = self._timeline.write_to(self._floor)
        assert earlier is not None
        assert write is not None
        operation, outcome = earlier.call.operation, earlier.call.outcome
        assert isinstance(operation, Lookup)
        assert outcome is not None
        versions = self._timeline.versions
        excused: bool | None = False
        if not write.is_recover and write.after - write.before > 1:
            excused = may_step_back(
                write, (outcome, operation.query), (seen.outcome, seen.query),
                timeline=self._timeline, oracle=self._oracle,
            )  # fmt: skip
        but = (
            f", which is version {versions[place]}, though {self._texts.query(operation)} had "
            f"shown version {versions[self._floor]} before"
        )
        return self._breach(
            seen, "RDC-2", "a lookup showed an older state than one that had ended before it began",
            but=but, severity=Severity.VIOLATION if excused is False else Severity.HAZARD,
            advice="make the effect of an entry visible to all lookups at one moment",
        )  # fmt: skip

    def _misfit(self, seen: _Seen) -> None:
        """Judge an answer that no version of the window gives."""
        older = self._older_place(seen)
        if older is not None and not self._may_be_half_done(seen):
            self._stale_queries.add(seen.query)
            self._found.append(self._stale(seen, older))
            return
        early = self._early(seen)
        if early is not None:
            self._found.append(early)
            return
        found = self._explained(seen)
        if found is None:
            self._unknown += 1
            return
        breach, blame = found
        if older is not None and breach.severity is Severity.VIOLATION:
            self._doubtful.append((len(self._found), seen, older))
            place = str(self._timeline.versions[older])
            breach = replace(breach, evidence=(*breach.evidence, (OLDER, place)))
        self._found.append((breach, blame))

    def _older_place(self, seen: _Seen) -> int | None:
        """Return the latest place before the window that gives the answer."""
        versions, answer = self._timeline.versions, self._oracle.answer
        for place in range(seen.window.low - 1, -1, -1):
            if matches(seen.outcome, answer(versions[place], seen.query)):
                return place
        return None

    def _early(self, seen: _Seen) -> tuple[Breach, Blame] | None:
        """Judge an answer that shows an update before the host said that it counts."""
        for place, answer in enumerate(seen.early, seen.window.high + 1):
            if matches(seen.outcome, answer):
                but = f", which is version {self._timeline.versions[place]}"
                return self._uncommitted(seen, but=but)
        return None

    def _uncommitted(self, seen: _Seen, *, but: str = "") -> tuple[Breach, Blame]:
        return self._breach(
            seen, "RDC-3", "a lookup showed an update that was not committed", but=but,
            advice="answer from the last committed state until commit is called",
        )  # fmt: skip

    def _may_be_half_done(self, seen: _Seen) -> bool:
        writes = seen.window.writes
        # A recover may fill the state step by step, also where it brings the same one again.
        if any(write.is_recover for write in writes):
            return True
        first = self._oracle.answer(self._timeline.versions[0], seen.query)
        return bool(writes) and seen.differs and matches(seen.outcome, first)

    def _stale(self, seen: _Seen, place: int) -> tuple[Breach, Blame]:
        missed = self._timeline.write_to(place + 1)
        but = f", which is version {self._timeline.versions[place]}"
        if missed is not None and missed.is_recover:
            return self._breach(
                seen, "REC-1", "a lookup after recover answered from the state before it",
                but=but, method="recover_from_snapshot",
                advice="let recover replace all state, and no lookup put back what it read before",
            )  # fmt: skip
        return self._breach(
            seen, "RDC-1", "a lookup answered from a state older than an update that had returned",
            but=but, advice="let update change or drop whatever lookups answer from",
        )  # fmt: skip

    def _explained(self, seen: _Seen) -> tuple[Breach, Blame] | None:
        """Name the breach behind an answer that is no version's; ``None`` if none is certain."""
        window, outcome = seen.window, seen.outcome
        by_subset = explains(
            window, outcome, seen.query, timeline=self._timeline, oracle=self._oracle
        )
        if by_subset:
            return self._breach(
                seen, "RDC-3", "a lookup showed entries of a batch in another order",
                severity=Severity.HAZARD, advice="apply entries in order, or all at one moment",
            )  # fmt: skip
        if any(matches_loosely(outcome, expected) for expected in seen.answers):
            if window.writes and seen.differs:
                return None  # members of several versions may look like those of one
            return self._breach(
                seen, "LKP-8", "a lookup listed the same members in another order",
                severity=Severity.HAZARD, advice="sort what has no order of its own",
            )  # fmt: skip
        if outcome.raised:
            beside = " beside an update" if window.writes else ""
            return self._breach(
                seen, "CRA-1", f"a lookup raised {outcome.error}{beside}, which it does not alone",
                advice="take the lock that update takes, or read a copy",
            )  # fmt: skip
        if not window.writes:
            return self._at_rest(seen)
        if by_subset is None:
            return None
        return self._torn(seen)

    def _at_rest(self, seen: _Seen) -> tuple[Breach, Blame]:
        if seen.window.closing:
            return self._breach(seen, "CLO-1", "close changed the answer of a lookup")
        return self._breach(
            seen, "LKP-8", "a lookup answered otherwise than an equal state asked alone"
        )

    def _torn(self, seen: _Seen) -> tuple[Breach, Blame]:
        advice = "read all parts under the lock that update takes, or from one object"
        if all(write.is_recover for write in seen.window.writes):
            title = "a lookup beside recover answered neither from the old state nor the new one"
            return self._breach(seen, "LKP-5", title, advice=advice)
        if seen.early and seen.window.high == seen.window.low:
            return self._uncommitted(seen, but=", a part of it")
        if self._batches and seen.window.high - seen.window.low == 1:
            return self._breach(seen, "BAT-6", "a lookup saw one entry half done", advice=advice)
        title = "a lookup answered a mixture of several versions"
        return self._breach(seen, "RDC-3", title, advice=advice)
