"""Write and read what any run saw of a subject: plans that brought news, and the news."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from smcheck.campaign.records import Seed
from smcheck.campaign.store.rows import checked, from_signed, spelled, to_signed

LIMIT_SEEDS = 1_000
"""Plans that are kept of one subject: those that brought most."""

SEED = """
INSERT INTO corpus (target, digest, news, run, witness) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (target, digest) DO UPDATE SET
    news = excluded.news, run = excluded.run, witness = excluded.witness
WHERE (-excluded.news, excluded.run, excluded.witness) < (-news, run, witness)
"""
"""Keeps of equal plans the one that brought most."""


def add_seeds(
    db: sqlite3.Connection, run_id: str, seeds: Iterable[Seed], *, limit: int = LIMIT_SEEDS
) -> None:
    """Add plans, and drop those of the same subjects that brought least."""
    rows = [(spelled(s.target), spelled(s.digest), s.news, run_id, s.case) for s in seeds]
    db.executemany(SEED, rows)
    trim(db, {row[0] for row in rows}, limit=limit)


def trim(db: sqlite3.Connection, targets: Iterable[str], *, limit: int = LIMIT_SEEDS) -> None:
    """Keep so many plans of each subject."""
    db.executemany(
        "DELETE FROM corpus WHERE target = :target AND digest NOT IN (SELECT digest FROM corpus "
        "WHERE target = :target ORDER BY news DESC, digest LIMIT :limit)",
        [{"target": target, "limit": limit} for target in targets],
    )


def seeds_of(db: sqlite3.Connection, target: str) -> list[Seed]:
    """Return the plans of a subject, those that brought most first."""
    rows = db.execute(
        "SELECT target, digest, witness, news FROM corpus WHERE target = ? "
        "ORDER BY news DESC, digest",
        (spelled(target),),
    )
    return [
        Seed(target=target, digest=digest, case=case, news=news)
        for target, digest, case, news in checked(rows, tuple[str, str, bytes, int])
    ]


def add_features(db: sqlite3.Connection, target: str, kind: str, digests: Iterable[int]) -> int:
    """Add behaviour that was seen, and return how much of it is new."""
    key = (spelled(target), spelled(kind))
    db.execute("INSERT OR IGNORE INTO kinds (target, kind) VALUES (?, ?)", key)
    query = "SELECT id FROM kinds WHERE target = ? AND kind = ?"
    [number] = db.execute(query, key).fetchone()
    rows = [(number, to_signed(digest)) for digest in digests]
    return db.executemany("INSERT OR IGNORE INTO features VALUES (?, ?)", rows).rowcount


def features_of(db: sqlite3.Connection, target: str) -> dict[str, set[int]]:
    """Return all behaviour of a subject that was seen, by its kind."""
    found: dict[str, set[int]] = {}
    rows = db.execute("SELECT id, kind FROM kinds WHERE target = ?", (spelled(target),))
    for number, kind in checked(rows.fetchall(), tuple[int, str]):
        digests = db.execute("SELECT digest FROM features WHERE kind = ?", (number,))
        found[kind] = {from_signed(one) for (one,) in checked(digests, tuple[int])}
    return found
