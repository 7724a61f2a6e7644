"""Read what a store knows of findings."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from smcheck.campaign.records import Status, StoredFinding, Traits
from smcheck.campaign.store.placing import Alias
from smcheck.campaign.store.rows import Kept, checked, from_json, spelled, traits_of
from smcheck.campaign.store.standing import status_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Met:
    """A finding that a run met, as it stands for this run.

    Attributes:
        signature: The name of the finding.
        at: When the run first met it, in seconds since 1970.
        at_s: The same since the run began, as it said.
        stint: The turn; ``(-1, -1)`` for a replay.
    """

    target: str
    signature: str
    status: Status
    at: float
    at_s: float
    stint: tuple[int, int]


class _Row(msgspec.Struct, frozen=True, array_like=True):
    id: int
    target: str
    name: str
    status: Status
    count: int
    first_run: str
    first_at: float
    last_run: str
    last_at: float
    fixed_at: float
    replayed: str
    kept: str
    witness: bytes


def findings(
    db: sqlite3.Connection, target: str | None = None, *, name: str | None = None
) -> list[StoredFinding]:
    """Return the findings in the order in which they were met, of one target or name or of all."""
    wanted = {"findings.target": target, "name": name}
    given = {column: spelled(text) for column, text in wanted.items() if text is not None}
    some = "WHERE " + " AND ".join(f"{column} = ?" for column in given) if given else ""
    rows = db.execute(
        "SELECT id, findings.target, name, status, count, first_run, first_at, last_run, "
        "last_at, fixed_at, replayed, record, witness FROM findings "
        "LEFT JOIN aliases ON aliases.target = findings.target AND signature = name "
        f"{some} ORDER BY first_at, findings.target, name",
        tuple(given.values()),
    )
    names, looks, runs = _names(db), _looks(db), _runs(db)
    return [_stored(row, names[row.id], looks[row.id], runs[row.id])
            for row in checked(rows, _Row)]  # fmt: skip


def count(db: sqlite3.Connection) -> int:
    """Return how many findings there are."""
    [(number,)] = checked(db.execute("SELECT COUNT(*) FROM findings"), tuple[int])
    return number


def met(db: sqlite3.Connection, run_id: str) -> list[Met]:
    """Return what a run met, in the order in which it did."""
    # Of the columns that are not grouped, SQLite takes those of the row with the minimum.
    rows = db.execute(
        "SELECT finding, target, name, MIN(at), at_s, chain, number FROM sightings "
        "JOIN findings ON findings.id = finding WHERE run = ? "
        "GROUP BY finding ORDER BY 4, target, name",
        (run_id,),
    )
    return [
        Met(target, name, status_for(db, finding, run_id), at, at_s, (chain, number))
        for finding, target, name, at, at_s, chain, number in checked(
            rows, tuple[int, str, str, float, float, int, int]
        )
    ]


def aliases_of(db: sqlite3.Connection, finding: int) -> list[Alias]:
    """Return a finding under all its signatures, the first one first."""
    rows = db.execute(
        "SELECT target, signature, at, kept_at, record, witness FROM aliases "
        "WHERE finding = ? ORDER BY at, signature",
        (finding,),
    )
    found = []
    for target, signature, at, kept_at, kept, witness in checked(
        rows, tuple[str, str, float, float, str, bytes]
    ):
        from_json(kept, Kept)
        texts = db.execute(
            "SELECT record FROM traits WHERE target = ? AND signature = ?", (target, signature)
        )
        traits = tuple(text for (text,) in checked(texts, tuple[str]))
        _traits(traits)
        found.append(Alias(target=target, signature=signature, at=at, kept_at=kept_at,
                           kept=kept, witness=witness, traits=traits))  # fmt: skip
    return found


def _stored(row: _Row, names: list[str], looks: list[str], runs: list[str]) -> StoredFinding:
    kept = from_json(row.kept, Kept)
    if names[:1] != [row.name]:
        raise msgspec.ValidationError(f"finding {row.id} has no signature {row.name!r}")
    return StoredFinding(
        target=row.target, subject=kept.subject, finding=kept.finding, traits=_traits(looks),
        signatures=tuple(names), status=row.status, count=row.count,
        first_run=row.first_run, first_at=row.first_at,
        last_run=row.last_run, last_at=row.last_at,
        fixed_at=row.fixed_at, replayed=row.replayed, stacks=kept.stacks,
        witness=row.witness, sightings=tuple(runs),
    )  # fmt: skip


def _traits(texts: Iterable[str]) -> tuple[Traits, ...]:
    return tuple(traits_of(text) for text in dict.fromkeys(texts))


def _names(db: sqlite3.Connection) -> dict[int, list[str]]:
    return _by_finding(db, "SELECT finding, signature FROM aliases ORDER BY at, signature")


def _looks(db: sqlite3.Connection) -> dict[int, list[str]]:
    return _by_finding(
        db,
        "SELECT finding, traits.record FROM traits JOIN aliases USING (target, signature) "
        "ORDER BY at, signature, traits.record",
    )


def _runs(db: sqlite3.Connection) -> dict[int, list[str]]:
    return _by_finding(
        db, "SELECT finding, run FROM sightings GROUP BY finding, run ORDER BY MIN(at), run"
    )


def _by_finding(db: sqlite3.Connection, query: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for finding, text in checked(db.execute(query), tuple[int, str]):
        found[finding].append(text)
    return found
