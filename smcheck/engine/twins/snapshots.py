"""Twins with and without snapshots, restarted from an image, recovered into a used instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ, differ_observed
from smcheck.engine.reference import looked_at
from smcheck.engine.twins.ask import Ask, Twin, accuse, compare, innermost
from smcheck.engine.twins.moved_files import reads_own_folder
from smcheck.engine.twins.surroundings import check_itself
from smcheck.finding import Breach, Severity
from smcheck.history import Outcome
from smcheck.host.life import Life, Moment, Observe, Restart, Step
from smcheck.plan import Prepare, Recover, Save, Update

OF_SAVES = frozenset({"SAV-11", "FIL-1"})
"""What the host itself notes of a save; ``check_saves`` tells it, nobody else."""

_TRIES = 3

_LIMIT_RESTARTS = 12
"""Restarts of one life: each instance may have threads and files of its own."""


def check_saves(ask: Ask) -> list[Breach]:
    """Live the same with snapshots in between."""
    if "snapshots" in ask.world.subject.without:
        return []
    steps = ask.updates_with(Prepare(), Save(), at=frozenset(looked_at(ask.plan)))
    life = ask.live(Prepare(), Save(), *steps, Prepare(), Save(), Observe())
    if shapes := [replace(b, check="saves") for b in life.breaches if b.clause in OF_SAVES]:
        return shapes
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        return [_raising_save(moment.step, moment.outcome)]
    if life.image is not None:
        _count_saves(ask, life)
    when = "when snapshots were taken in between"
    twin = Twin("saves", when, "SAV-3", method="save_snapshot")
    found = compare(ask, twin, life, against=ask.observed_at())
    if found:
        return check_itself(ask) or found
    return [] if life.image is not None else _never_saved(ask, _lost(life))


def _count_saves(ask: Ask, life: Life) -> None:
    ask.world.tally.saw("SAV-8", "SAV-11")
    if ask.world.kind is not Kind.REGULAR:
        ask.world.tally.saw("PRE-5")
    if life.files:
        ask.world.tally.saw("FIL-1")
    ask.saw_state("SAV-3")


def _lost(life: Life) -> list[Moment]:
    """Return the calls out of which an exception came that only cost a snapshot."""
    calls = (moment for moment in life.moments if isinstance(moment.step, (Prepare, Save)))
    return [moment for moment in calls if moment.outcome is not None and moment.outcome.error]


def drops_alone(ask: Ask) -> bool:
    """Return whether a snapshot is lost at any version though nothing runs beside it."""
    steps = [step for update in ask.all_updates for step in (Prepare(), Save(), update)]
    return bool(_lost(ask.live(*steps, Prepare(), Save())))


def _never_saved(ask: Ask, lost: list[Moment]) -> list[Breach]:
    """Report a machine none of whose snapshots ever came about; a few may be a coincidence."""
    if len(lost) < _TRIES or ask.world.tally.exercised["SAV-8"]:
        return []
    last = lost[-1]
    assert last.outcome is not None
    method = "prepare_snapshot" if isinstance(last.step, Prepare) else "save_snapshot"
    return [Breach(
        "SAV-8", "saves", "no snapshot ever succeeds",
        f"expected an image, got {last.outcome.value.text} at the last of {len(lost)} tries, "
        "alone on one thread: the log grows for ever",
        method=method, severity=Severity.HAZARD, error=last.outcome.error,
        locations=innermost(last.outcome),
    )]  # fmt: skip


def _raising_save(step: Step, outcome: Outcome) -> Breach:
    preparing = isinstance(step, Prepare)
    clause, method = ("PRE-5", "prepare_snapshot") if preparing else ("SAV-8", "save_snapshot")
    if isinstance(step, Update):
        clause, method = "SAV-3", "save_snapshot"
    return Breach(
        clause,
        "saves",
        f"{method} raises, alone"
        if clause != "SAV-3"
        else "update raises once a snapshot was taken",
        f"expected an image or SnapshotAborted, got {outcome.value.text}, alone on one thread: the "
        "host stops the process on any other exception",
        method=method,
        error=outcome.error,
        locations=innermost(outcome),
    )


def check_restart(ask: Ask) -> list[Breach]:
    """Restart from an image and apply the rest: nothing must tell the two lives apart."""
    if "snapshots" in ask.world.subject.without:
        return []
    tried = (restart_at(ask, cut) for cut in _cuts(ask))
    return next((found for found in tried if found), []) or _restart_everywhere(ask)


def _restart_everywhere(ask: Ask) -> list[Breach]:
    """Restart again and again, and name the one restart that is enough to part the lives."""
    cuts = evenly(len(ask.plan.log), _LIMIT_RESTARTS)
    steps = ask.updates_with(Prepare(), Save(), Restart(), at=cuts)
    life, plain = ask.live(*steps, Observe()), ask.observed_at()
    if _lost(life) or (life.raised is None and differ(plain, life) is None):
        return []  # where a snapshot was lost an older one was recovered
    one = next((found for cut in cuts if (found := restart_at(ask, cut))), [])
    if one or life.raised is not None:
        return one
    when = f"after recovering images at {len(cuts)} places, one from the other"
    return compare(ask, Twin("restart", when, "SAV-4", method="recover_from_snapshot"), life,
                   against=plain)  # fmt: skip


def evenly(n: int, most: int) -> tuple[int, ...]:
    """Return up to so many versions of a log of ``n`` entries, from 1 and evenly apart.

    >>> evenly(3, 12), evenly(30, 4)
    ((1, 2, 3), (1, 9, 17, 25))
    """
    return tuple(range(1, n + 1, -(-n // most) or 1))


def restart_at(ask: Ask, cut: int) -> list[Breach]:
    """Restart from an image of version ``cut``, made while nothing else ran."""
    head, tail = ask.all_updates[:cut], ask.all_updates[cut:]
    life = ask.live(*head, Prepare(), Save(), Restart(), Observe(), *tail, Observe())
    if life.raised is not None and isinstance(life.raised.step, (Prepare, Save)):
        return []  # check_saves says it
    if life.image is None:
        return []  # there was none to restart from
    if any(breach.clause in OF_SAVES for breach in life.breaches):
        return []  # too
    return _judge_restart(ask, cut, life)


def _cuts(ask: Ask) -> Iterable[int]:
    """Return the versions to restart at: the last, a middle one, and where the plan recovers."""
    n = len(ask.plan.log)
    edges = [op.stop for op in ask.plan.tasks[0] if isinstance(op, Update)]
    recovered = [upto for _, upto in _drawn_recovers(ask)]
    return dict.fromkeys((n, max(edges, default=n) // 2, *recovered))


def _judge_restart(ask: Ask, cut: int, life: Life) -> list[Breach]:
    if at_stream := [replace(b, check="restart") for b in life.breaches if b.clause == "SES-4"]:
        return at_stream
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        misplaced = reads_own_folder(ask, "restart") if life.files else None
        return [misplaced or _raising_recover(moment.step, moment.outcome)]
    ask.world.tally.saw("REC-3", *([] if ask.world.kind is Kind.ON_DISK else ["SES-4"]))
    ask.saw_state("SAV-4", "LOG-3", "SAV-2" if ask.world.kind is Kind.REGULAR else "PRE-2")
    twin = Twin("restart", f"after recovering an image of version {cut}", "SAV-4",
                method="recover_from_snapshot")  # fmt: skip
    plain = ask.observed_at(cut)
    at_cut = differ_observed(plain.observations[:1], life.observations[:1])
    if at_cut is not None:
        title = "what is recovered from an image is not what was saved"
        return [accuse(ask, twin, "SAV-4", title, at_cut)]
    return compare(ask, twin, life, against=plain)


def _raising_recover(step: Step, outcome: Outcome) -> Breach:
    clause, title = "REC-3", "recover_from_snapshot raises on an image of the machine's own"
    if isinstance(step, Update):
        clause, title = "SAV-4", "an update raises only after a restart from an image"
    return Breach(
        clause,
        "restart",
        title,
        f"expected the same as without the restart, got {outcome.value.text}, alone on one thread",
        method="recover_from_snapshot",
        error=outcome.error,
        locations=innermost(outcome),
    )


def check_recover(ask: Ask) -> list[Breach]:
    """Recover a newer image into an instance that has state of its own."""
    n = len(ask.plan.log)
    if "snapshots" in ask.world.subject.without or not n:
        return []
    if not ask.world.profile.recovers_used:
        return []
    fixed = ((n // 2, n), (1, n), (1, max(1, n // 2)))[: 1 if ask.plan.is_long else None]
    for dirty, upto in dict.fromkeys((*_drawn_recovers(ask), *fixed)):
        if dirty > upto:
            continue
        head, tail = ask.all_updates[:dirty], ask.all_updates[upto:]
        life = ask.live(*head, Recover(upto), Observe(), *tail, Observe())
        # Asked before as well: what lookups keep must go with the state.
        asked = ask.live(*head, Observe(), Recover(upto), Observe())
        found = _judge_recover(ask, dirty, upto, life, asked)
        if found is not None:
            return [found]
    return []


def _drawn_recovers(ask: Ask) -> Iterator[tuple[int, int]]:
    """Yield the versions before and after each recover of the plan."""
    version = 0
    for op in ask.plan.tasks[0]:
        if isinstance(op, Recover):
            yield version, op.upto
            version = op.upto
        elif isinstance(op, Update):
            version = op.stop


def _judge_recover(ask: Ask, dirty: int, upto: int, life: Life, asked: Life) -> Breach | None:
    when = f"after recovering version {upto} into an instance at version {dirty}"
    twin = Twin("recover", when, "REC-1", method="recover_from_snapshot")
    wanted = ask.observed_at(upto).observations
    # Only the answers at once: later ones may differ because a lookup wrote (LKP-1).
    found = differ_observed(wanted, life.observations) or differ_observed(
        wanted[:1], asked.observations[1:2]
    )
    if life.raised is None:
        ask.saw_state("REC-1")
        if found is None:
            return None
    fresh = ask.live(Recover(upto), Observe(), *ask.all_updates[upto:], Observe())
    if fresh.raised is not None or differ_observed(wanted, fresh.observations) is not None:
        return None  # a fresh instance is enough to see it: check_restart says it
    if life.raised is not None and life.raised.outcome is not None:
        return _raising_used(life.raised.outcome)
    assert found is not None
    title = "recover leaves state of the instance it was called on"
    return accuse(ask, twin, "REC-1", title, found)


def _raising_used(outcome: Outcome) -> Breach:
    return Breach(
        "REC-1",
        "recover",
        "recovering into a used instance raises",
        f"expected the state to be replaced, got {outcome.value.text}",
        method="recover_from_snapshot",
        error=outcome.error,
        locations=innermost(outcome),
    )
