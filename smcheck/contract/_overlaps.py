"""Clauses that follow from which calls may overlap: PRG, RDC, CRA, LKP-8."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "PRG-1", "rcd", family="progress",
        text="Calls that may overlap never wait for each other in a circle.",
        reason="A replica whose update hangs stops applying for good.",
        how="Models locks, conditions and queues and runs controlled schedules; when no task can "
        "run and the waiting ones form a circle, it names each lock and where it was taken.",
    ),
    clause(
        "PRG-2", "rcd", family="progress",
        text="No call waits for a signal that nobody owes it.",
        reason="The library makes no call only to wake another one up.",
        how="As PRG-1, without a circle.",
    ),
    clause(
        "PRG-3", "rcd", family="progress",
        text="Every call ends in bounded work.",
        reason="A call that retries for ever holds up the replica like one that waits.",
        how="No finding names it: no run tells a call that never ends from one that is long. "
        "Bounds the points of an execution; what goes beyond is inconclusive, with its stack.",
    ),
    clause(
        "RDC-1", "rcd", family="lookups",
        text="A lookup that begins after an update returned sees that update and all before it.",
        reason="The library releases a linearizable read as soon as the entry is applied.",
        how="Gives each lookup the versions between the last update that returned before it "
        "began and the last that began before it returned; an answer of an older one is stale.",
    ),
    clause(
        "RDC-2", "rcd", family="lookups",
        text="Of two lookups that do not overlap, the later shows no older state.",
        reason="A client that reads twice would see time run backwards.",
        how="Gives every lookup, in order, the smallest version that explains its answer, and "
        "looks for one that needs an older version than a lookup that ended before it.",
    ),
    clause(
        "RDC-3", "rcd", family="lookups",
        text="An answer shows one version of the state, never parts of two.",
        reason="A mixture is a state that the group never had.",
        how="Compares each answer with those of every version of its window, then with those of "
        "every choice of whole entries in flight.",
    ),
    clause(
        # Not in the family of lookups: a save beside an update can raise without any lookup.
        "CRA-1", "rcd", family="progress",
        text="Overlapping calls do not make each other raise.",
        reason="The exception depends on timing alone, and on update it ends the replica.",
        how="Judges every exception by what the same call gives alone: out of a lookup, at the "
        "versions of its window.",
    ),
    clause(
        "LKP-8", "rcd", family="lookups",
        text="Equal states give equal answers on every replica.",
        reason="Clients ask whichever replica is near.",
        how="Asks twins at the same version the same queries; the same members in another order "
        "are a hazard, any other difference is a violation.",
    ),
)  # fmt: skip
