"""Twins in other processes: the same log under other hash seeds, clocks, ids, environments."""

from __future__ import annotations

from functools import partial

from smcheck.checkers.noise import noise_note
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.engine.compare import Difference, differ, differ_observed
from smcheck.engine.shown import side_by_side
from smcheck.engine.twins.ask import Ask, Twin, compare, state_difference
from smcheck.finding import Breach, Severity
from smcheck.host.life import Life


def check_processes(ask: Ask) -> list[Breach]:
    """Compare the lives of the worker processes with each other."""
    if ask.pending is None:
        return []
    lives: list[Life] = []
    for answer in ask.pending.wait_answers(beat=ask.world.board.end):
        if isinstance(answer, WorkerLost):
            ask.world.tally.doubts[f"a twin process was lost: {answer.reason}"] += 1
            return []
        lives.append(answer)
        ask.world.tally.reads.update(dict.fromkeys(answer.reads))
    ask.world.tally.process_plans += 1
    if ask.reference.is_visible():
        ask.world.tally.saw("UPD-1", "LKP-8")
    if ask.reference.hashes_differ():
        ask.world.tally.saw("HSH-1")
    if ask.reference.results_differ():
        ask.world.tally.saw("UPD-2")
    for other in lives[1:]:
        found = differ(lives[0], other) or differ_observed(
            lives[0].observations, other.observations
        )
        if found is not None:
            sides = {"left": "in one process", "right": "in another"}
            ask.world.show(partial(side_by_side, lives[0], other, **sides))
            if found.what == "result":
                found = state_difference(lives[0], other) or found
            return [_breach(ask, found)]
    return []


def check_earlier(ask: Ask) -> list[Breach]:
    """Compare the first instance of a process with one that another one lived before."""
    pool = ask.world.pool
    if pool is None:
        return []
    with ask.world.beating():
        first, later = _first_life(ask, pool), _first_life(ask, pool, earlier=True)
        if first is None or later is None:
            return []
        ask.saw_state("NEW-1")
        if differ(first, later) is None:
            return []
        again = _first_life(ask, pool)
    if again is None or differ(first, again) is not None:
        return []  # it differs from itself, which other checks name
    when = "after another instance applied other entries in the same process"
    found = compare(ask, Twin("earlier", when, "NEW-1", method="__init__"), later, against=first)
    return [breach for breach in found if breach.severity is Severity.VIOLATION]


def _first_life(ask: Ask, pool: Pool, *, earlier: bool = False) -> Life | None:
    """Return a life in a process in which no machine lived, or only the ``earlier`` one."""
    script = ask.reference.script(earlier=earlier)
    life = pool.live_one(0, script, pool.settings[0], apart=True)
    return None if isinstance(life, WorkerLost) else life


def _breach(ask: Ask, found: Difference) -> Breach:
    if found.only_order and found.what != "result":
        return Breach(
            "LKP-8", "processes", "equal states answer in another order in another process",
            f"{found.label}: {found.expected} in one process, {found.got} in another: the items "
            "are the same",
            method="lookup", severity=Severity.HAZARD,
        )  # fmt: skip
    label = found.label if found.entry is None else ask.describe(found.entry)
    clause = {"result": "UPD-2", "get_hash": "HSH-1"}.get(found.what, "UPD-1")
    what = {"UPD-2": "an update results in something else", "HSH-1": "the hash is another"}.get(
        clause, "the state is another"
    )
    return Breach(
        clause, "processes", f"{what} in another process with the same log",
        f"{label}: {found.expected} in one process, {found.got} in another"
        + noise_note(found.expected, found.got),
        method="update",
    )  # fmt: skip
