"""How findings stand, from what happened to them: when they were met, and what replays said.

The moments of one finding are all different and in the order of what happened, also where
somebody set the clock.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from smcheck.campaign.records import Status

FIXED = "fixed"
FAILS = "still fails"
_TICK_S = 1e-6


def next_moment(db: sqlite3.Connection, finding: int, now: float) -> float:
    """Return the moment of what happens to a finding now, after all that has."""
    latest = max(
        _first(db, "SELECT MAX(at) FROM sightings WHERE finding = ?", finding) or 0.0,
        _first(db, "SELECT MAX(at) FROM replays WHERE finding = ?", finding) or 0.0,
    )
    return max(now, latest + _TICK_S)


def fixed_before(db: sqlite3.Connection, finding: int) -> float:
    """Return when a replay last failed no more, 0 if none ever did."""
    query = f"SELECT MAX(at) FROM replays WHERE finding = ? AND outcome = '{FIXED}'"
    return float(_first(db, query, finding) or 0.0)


def status_for(db: sqlite3.Connection, finding: int, run_id: str) -> Status:
    """Return how a finding stands for one run, whatever other runs met meanwhile.

    For the run that met it first it stays new, and for the run it returned in returned.
    """
    since = fixed_before(db, finding)
    first = _run_after(db, finding, since)
    if first is None:
        return Status.FIXED
    if first != run_id:
        return Status.KNOWN
    return Status.RETURNED if since else Status.NEW


def refresh(db: sqlite3.Connection, finding: int) -> None:
    """Write what follows for the row of a finding."""
    since = fixed_before(db, finding)
    first = _run_after(db, finding, since)
    status = Status.FIXED if first is None else status_for(db, finding, first)
    if first is not None and _is_met_by_another(db, finding, first, since):
        status = Status.KNOWN
    db.execute(_REFRESH, {"finding": finding, "status": status.value, "fixed": FIXED})


def _run_after(db: sqlite3.Connection, finding: int, moment: float) -> str | None:
    found: str | None = _first(
        db,
        "SELECT run FROM sightings WHERE finding = ? AND at > ? ORDER BY at, run LIMIT 1",
        finding, moment,
    )  # fmt: skip
    return found


def _is_met_by_another(db: sqlite3.Connection, finding: int, run_id: str, moment: float) -> bool:
    query = "SELECT 1 FROM sightings WHERE finding = ? AND at > ? AND run <> ? LIMIT 1"
    return _first(db, query, finding, moment, run_id) is not None


def _first(db: sqlite3.Connection, query: str, *values: object) -> Any:  # Any: a column
    row = db.execute(query, values).fetchone()
    return None if row is None else row[0]


_REFRESH = """
UPDATE findings SET
    status = :status,
    name = (SELECT signature FROM aliases WHERE finding = :finding ORDER BY at, signature LIMIT 1),
    (first_run, first_at) =
        (SELECT run, at FROM sightings WHERE finding = :finding ORDER BY at, run LIMIT 1),
    (last_run, last_at, count) = (
        SELECT run, at, (SELECT COUNT(*) FROM sightings WHERE finding = :finding)
        FROM sightings WHERE finding = :finding ORDER BY at DESC, run DESC LIMIT 1
    ),
    replayed = COALESCE((
        SELECT outcome FROM replays WHERE finding = :finding
        ORDER BY at DESC, run DESC, outcome DESC LIMIT 1
    ), ''),
    fixed_at = COALESCE((
        SELECT MIN(at) FROM replays WHERE finding = :finding AND outcome = :fixed
        AND at > (SELECT MAX(at) FROM sightings WHERE finding = :finding)
    ), 0)
WHERE id = :finding
"""
