"""Which finding of a store something belongs to: the same signature, or the same defect.

Findings are what hangs together: whatever joins two of them makes them one. So it does not
matter in which order things are met, or stores merged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from smcheck.campaign import defects
from smcheck.campaign.records import Traits
from smcheck.campaign.store.rows import Kept, checked, spelled, to_json, traits_of


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A finding under one signature.

    Attributes:
        at: When it was first met under it, in seconds since 1970.
        kept_at: When ``kept`` and ``witness`` were.
        kept: JSON of a ``Kept``.
        traits: JSON of each ``Traits`` it had.
    """

    target: str
    signature: str
    at: float
    kept_at: float
    kept: str
    witness: bytes
    traits: tuple[str, ...]

    @classmethod
    def of(cls, kept: Kept, target: str, *, traits: Traits, witness: bytes, at: float) -> Alias:
        """Return what is met just now."""
        return cls(
            target=spelled(target), signature=spelled(kept.finding.signature), at=at, kept_at=at,
            kept=to_json(kept), witness=witness, traits=(to_json(traits),),
        )  # fmt: skip


def place(db: sqlite3.Connection, aliases: Sequence[Alias]) -> int:
    """Return the finding that aliases of one defect are of, a new one if there is none.

    Findings of the store that were not known to be one become one.
    """
    there = sorted(set().union(*(_of_the_same(db, alias) for alias in aliases)))
    finding = there[0] if there else _new(db, aliases[0].target)
    for other in there[1:]:
        _unite(db, finding, other)
    return finding


def keep(db: sqlite3.Connection, finding: int, alias: Alias) -> None:
    """Write down that a finding goes by an alias, and what it looked like under it."""
    values = {name: getattr(alias, name) for name in Alias.__struct_fields__ if name != "traits"}
    db.execute(_ALIAS, values | {"finding": finding})
    db.execute(
        "UPDATE aliases SET at = MIN(at, ?) WHERE target = ? AND signature = ?",
        (alias.at, alias.target, alias.signature),
    )
    db.executemany(
        "INSERT OR IGNORE INTO traits (target, signature, record) VALUES (?, ?, ?)",
        [(alias.target, alias.signature, text) for text in alias.traits],
    )


def find(db: sqlite3.Connection, target: str, signature: str) -> int | None:
    """Return the finding that goes, or went, by a signature."""
    query = "SELECT finding FROM aliases WHERE target = ? AND signature = ?"
    row = db.execute(query, (spelled(target), spelled(signature))).fetchone()
    return None if row is None else int(row[0])


def _of_the_same(db: sqlite3.Connection, alias: Alias) -> set[int]:
    """Return the findings that are this defect."""
    by_name = find(db, alias.target, alias.signature)
    found = set() if by_name is None else {by_name}
    query = "SELECT record FROM traits WHERE target = ? AND signature = ?"
    known = {text for (text,) in db.execute(query, (alias.target, alias.signature))}
    news = [text for text in alias.traits if text not in known]
    if news:
        rows = db.execute(
            "SELECT DISTINCT finding, traits.record FROM traits "
            "JOIN aliases USING (target, signature) WHERE target = ?",
            (alias.target,),
        )
        for finding, text in checked(rows, tuple[int, str]):
            if finding not in found and any(_is_same(text, one) for one in news):
                found.add(finding)
    return found


def _is_same(one: str, other: str) -> bool:
    return defects.is_same(traits_of(one), traits_of(other))


def _new(db: sqlite3.Connection, target: str) -> int:
    row = db.execute("INSERT INTO findings (target) VALUES (?)", (target,)).lastrowid
    assert row is not None
    return row


def _unite(db: sqlite3.Connection, finding: int, other: int) -> None:
    """Give all that is known of another finding to this one."""
    rows = db.execute(
        "SELECT run, chain, number, fixed_before, at, at_s, signature FROM sightings "
        "WHERE finding = ?",
        (other,),
    ).fetchall()
    db.executemany(SIGHTING, [(finding, *row) for row in rows])
    db.execute("DELETE FROM sightings WHERE finding = ?", (other,))
    db.execute("UPDATE OR IGNORE replays SET finding = ? WHERE finding = ?", (finding, other))
    db.execute("DELETE FROM replays WHERE finding = ?", (other,))
    db.execute("UPDATE aliases SET finding = ? WHERE finding = ?", (finding, other))
    db.execute("DELETE FROM findings WHERE id = ?", (other,))


SIGHTING = """
INSERT INTO sightings (finding, run, chain, number, fixed_before, at, at_s, signature)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (finding, run, chain, number, fixed_before) DO UPDATE SET
    at = excluded.at, at_s = excluded.at_s, signature = excluded.signature
WHERE (excluded.at, excluded.signature, excluded.at_s) < (at, signature, at_s)
"""
"""Keeps of one turn that met a finding the earliest."""

_ALIAS = """
INSERT INTO aliases (target, signature, finding, at, kept_at, record, witness)
VALUES (:target, :signature, :finding, :at, :kept_at, :kept, :witness)
ON CONFLICT (target, signature) DO UPDATE SET
    kept_at = excluded.kept_at, record = excluded.record, witness = excluded.witness
WHERE (excluded.witness = x'', excluded.kept_at, excluded.record, excluded.witness)
    < (witness = x'', kept_at, record, witness)
"""
"""Keeps of two records the one that can be replayed, else the earlier one."""
