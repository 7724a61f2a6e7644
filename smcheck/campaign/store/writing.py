"""Write down what was met of findings, and what their replays said; each in one transaction."""

from __future__ import annotations

import sqlite3

import msgspec

from smcheck.campaign.records import Sighting, Status
from smcheck.campaign.store.placing import SIGHTING, Alias, find, keep, place
from smcheck.campaign.store.rows import Kept, spelled
from smcheck.campaign.store.standing import (
    FAILS,
    fixed_before,
    next_moment,
    refresh,
    status_for,
)
from smcheck.errors import InternalError

_REPLAY = (-1, -1)


def note_finding(db: sqlite3.Connection, run_id: str, sighting: Sighting, *, now: float) -> Status:
    """Note that a turn met a finding, and return how that stands for the run."""
    kept = Kept(sighting.subject, sighting.finding, sighting.stacks)
    alias = Alias.of(
        kept, sighting.target, traits=sighting.traits, witness=sighting.witness, at=now
    )
    finding = place(db, [alias])
    at = next_moment(db, finding, now)
    keep(db, finding, msgspec.structs.replace(alias, at=at, kept_at=at))
    _note_sighting(db, finding, run_id, at=at, at_s=sighting.at_s, stint=sighting.stint,
                   signature=alias.signature)  # fmt: skip
    refresh(db, finding)
    return status_for(db, finding, run_id)


def note_replay(
    db: sqlite3.Connection, run_id: str, target: str, *, signature: str, outcome: str, now: float
) -> Status:
    """Note what a replay said of a finding, and return how that stands for the run."""
    finding = find(db, target, signature)
    if finding is None:
        raise InternalError(f"expected a finding of {target!r} in the store, got {signature!r}")
    at = next_moment(db, finding, now)
    if outcome == FAILS:
        _note_sighting(db, finding, run_id, at=at, at_s=0.0, stint=_REPLAY, signature=signature)
    db.execute(
        "INSERT INTO replays (finding, at, run, signature, outcome) VALUES (?, ?, ?, ?, ?)",
        (finding, at, run_id, spelled(signature), spelled(outcome)),
    )
    refresh(db, finding)
    return status_for(db, finding, run_id)


def _note_sighting(
    db: sqlite3.Connection, finding: int, run_id: str, *,
    at: float, at_s: float, stint: tuple[int, int], signature: str,
) -> None:  # fmt: skip
    """Note it once: a turn that is taken again after a resumption meets what it met before."""
    before = fixed_before(db, finding)
    db.execute(SIGHTING, (finding, run_id, *stint, before, at, at_s, spelled(signature)))
