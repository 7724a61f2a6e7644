"""Judge calls that raised in one execution: beside what, on which thread, and whose fault."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from smcheck.checkers.reads import FATAL
from smcheck.engine.reference import Reference
from smcheck.engine.world import World
from smcheck.finding import Breach
from smcheck.history import Call
from smcheck.host.conduct import Run
from smcheck.plan import Close, Hash, Lookup, Plan, Prepare, Recover, Save, Sync, Update

CHECK = "schedules"


@dataclass(frozen=True, slots=True)
class Case:
    """One execution with all that is needed to judge it."""

    world: World
    plan: Plan
    reference: Reference
    run: Run

    @property
    def has_own_threads(self) -> bool:
        """Whether threads that the machine started took part."""
        return has_own_threads(self.run, self.plan)


def has_own_threads(run: Run, plan: Plan) -> bool:
    """Return whether more tasks took part in a run than its plan has."""
    return run.execution is not None and len(run.execution.points) > len(plan.tasks)


def first_raised(case: Case) -> list[Breach]:
    """Return the first exception that the same call does not raise alone."""
    for call in case.run.history.calls:
        outcome = call.outcome
        if outcome is None or not outcome.raised or isinstance(call.operation, (Lookup, Hash)):
            continue
        if not _is_dropped(case, call):
            return [crash(case, call)]
    return []


def _is_dropped(case: Case, call: Call) -> bool:
    """Return whether the host takes an exception for one snapshot lost, and that is all there is.

    One out of a save that reads live state shows more: another time it writes a wrong image.
    """
    error = call.outcome.error if call.outcome else ""
    if error == "SnapshotAborted":
        return isinstance(call.operation, (Prepare, Save))
    drops = case.world.profile.only_drops(type(call.operation).__name__.lower())
    return drops and error not in FATAL and not case.run.contexts.get(call.ordinal)


_METHODS = {
    Update: "update", Prepare: "prepare_snapshot", Save: "save_snapshot",
    Recover: "recover_from_snapshot", Close: "close", Lookup: "lookup", Sync: "sync",
    Hash: "get_hash",
}  # fmt: skip


def crash(case: Case, call: Call) -> Breach:
    assert call.outcome is not None
    method, text = _METHODS[type(call.operation)], call.outcome.value.text
    beside = beside_of(case, call)
    path = case.run.contexts.get(call.ordinal, "") if isinstance(call.operation, Save) else ""
    if path:
        return Breach(
            "SAV-1", CHECK, "the context of a snapshot is live state of the machine",
            f"expected save to write the state at prepare, it gave {text} "
            f"{f'while {beside} ran' if beside else 'after later updates'}: "
            f"prepare_snapshot handed out {path}, which update changes",
            method="prepare_snapshot", error=call.outcome.error, evidence=(("path", path),),
        )  # fmt: skip
    if isinstance(call.operation, Close) and not beside and has_overlaps(case):
        return Breach("CLO-3", CHECK, "close raises", f"expected nothing, got {text}",
                      method=method,
                      error=call.outcome.error)  # fmt: skip
    if not beside and isinstance(call.operation, Save) and _met_updates(case, call):
        return Breach("SAV-1", CHECK, "save raises once entries came after its prepare",
                      f"expected an image of the state at prepare, got {text}", method=method,
                      error=call.outcome.error)  # fmt: skip
    if not beside:
        return Breach("THR-1", CHECK, f"{method} raises when it is called from a thread of its own",
                      f"expected the same as on one thread, got {text}", method=method,
                      error=call.outcome.error)  # fmt: skip
    return Breach(
        "CRA-1", CHECK, f"{method} raises only beside {beside}",
        f"expected the same as alone, {method} gave {text} while {beside} was in flight",
        method=method, error=call.outcome.error,
    )  # fmt: skip


def prepared_at(case: Case, save: Call) -> int:
    """Return the moment at which the latest prepare before a save returned."""
    before = (c.ended or 0 for c in case.run.history.of(Prepare) if c.began < save.began)
    return max(before, default=save.began)


def _met_updates(case: Case, save: Call) -> bool:
    """Return whether updates ran between the latest prepare before a save and its end."""
    prepared, ended = prepared_at(case, save), save.ended or save.began
    return any(
        (other.ended or ended) > prepared and other.began < ended
        for other in case.run.history.of(Update)
    )


def has_overlaps(case: Case) -> bool:
    """Return whether any two calls of the run were in flight together."""
    calls = case.run.history.calls
    return any(a.overlaps(b) for a, b in combinations(calls, 2))


def beside_of(case: Case, call: Call) -> str:
    """Return the names of the methods that were in flight together with ``call``."""
    names = {
        _METHODS[type(other.operation)]
        for other in case.run.history.calls
        if other is not call and other.overlaps(call)
    }
    return " and ".join(sorted(names))
