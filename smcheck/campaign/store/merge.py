"""Merge stores: all that each of them knows, once, whatever the order and however often.

Sources are read only, and may be in use. All of them are merged or none.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from smcheck.campaign.records import Ended, Lost, Progress, Run
from smcheck.campaign.store import corpus
from smcheck.campaign.store.placing import SIGHTING, Alias, keep, place
from smcheck.campaign.store.reading import aliases_of
from smcheck.campaign.store.rows import checked, from_json, to_json
from smcheck.campaign.store.runs import runs
from smcheck.campaign.store.standing import refresh
from smcheck.campaign.store.store import Store
from smcheck.campaign.store.trouble import telling

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MergeCount:
    """What came into a store; all but ``in_all`` are 0 where it knew everything.

    Attributes:
        findings: New ones; less than none where some turn out to be one.
        sightings: Turns and replays that met any.
        progress: Moments of runs, and cases that were lost.
        seeds: Plans of the corpus, less those that had to go.
        in_all: Findings of the store now.
    """

    runs: int
    findings: int
    sightings: int
    progress: int
    seeds: int
    features: int
    in_all: int


def merge(sources: Sequence[Path], into: Path) -> MergeCount:
    """Merge the stores in some folders into one, which is made if it is not there.

    A source that is that very store is passed over. Merging again changes nothing.

    Raises:
        UsageError: A source is no store, is damaged, or is of a newer version.
        StoreError: The disk refuses.
    """
    with ExitStack() as stack:
        others = [stack.enter_context(Store.read(one)) for one in sources]
        store = stack.enter_context(Store.open(into))
        with store.database.writing() as db:
            before = _counts(db)
            for other in others:
                if not _is_one_file(other, store):
                    _merge(db, other, into=store.database.path)
            after = _counts(db)
    grown = {table: after[table] - before[table] for table in _COUNTED}
    return MergeCount(
        runs=grown["runs"], findings=grown["findings"], sightings=grown["sightings"],
        progress=grown["progress"] + grown["lost"], seeds=grown["corpus"],
        features=grown["features"], in_all=after["findings"],
    )  # fmt: skip


_COUNTED = ("runs", "findings", "sightings", "progress", "lost", "corpus", "features")


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    return {table: db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in _COUNTED}


def _is_one_file(one: Store, other: Store) -> bool:
    return os.path.samefile(one.database.path, other.database.path)


def _merge(db: sqlite3.Connection, other: Store, *, into: Path) -> None:
    with other.database.reading() as source:
        if source.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise msgspec.ValidationError("something in it belongs to nothing")

        def copy(rows: Iterable[T], write: Callable[[sqlite3.Connection, list[T]], None]) -> None:
            # What is wrong while it is written is told of the other file.
            remaining = iter(rows)
            while batch := list(islice(remaining, 200)):
                with telling(into):
                    write(db, batch)

        copy(runs(source), _write_runs)
        copy(_findings(source), _write_findings)
        copy(_moments(source), _write_progress)
        copy(_lost(source), _write_lost)
        copy(_seeds(source), _write_seeds)
        copy(_features(source), _write_features)


def _write_runs(db: sqlite3.Connection, found: list[Run]) -> None:
    known = {run.id: run for run in runs(db)}
    for run in found:
        if run.id not in known:
            db.execute("INSERT INTO runs (id, record) VALUES (?, ?)", (run.id, to_json(run)))
        elif _how_far(known[run.id]) < _how_far(run):
            db.execute("UPDATE runs SET record = ? WHERE id = ?", (to_json(run), run.id))


def _how_far(run: Run) -> tuple[bool, float, float, str]:
    """Return by which one of two copies of a run is known to be the later one."""
    return (run.ended is not Ended.RUNNING, run.seconds, run.ended_at, to_json(run))


class _Sighting(NamedTuple):
    run: str
    chain: int
    number: int
    fixed_before: float
    at: float
    at_s: float
    signature: str


class _Replay(NamedTuple):
    at: float
    run: str
    signature: str
    outcome: str


@dataclass(frozen=True, slots=True)
class _Whole:
    """All that a store knows of one finding."""

    aliases: list[Alias]
    sightings: list[_Sighting]
    replays: list[_Replay]


def _findings(source: sqlite3.Connection) -> Iterator[_Whole]:
    for (finding,) in checked(source.execute("SELECT id FROM findings ORDER BY id"), tuple[int]):
        sightings = source.execute(
            "SELECT run, chain, number, fixed_before, at, at_s, signature FROM sightings "
            "WHERE finding = ?",
            (finding,),
        )
        replays = source.execute(
            "SELECT at, run, signature, outcome FROM replays WHERE finding = ?", (finding,)
        )
        whole = _Whole(
            aliases_of(source, finding), list(checked(sightings, _Sighting)),
            list(checked(replays, _Replay)),
        )  # fmt: skip
        if not whole.aliases or not whole.sightings:
            raise msgspec.ValidationError(f"finding {finding} was never met")
        yield whole


def _write_findings(db: sqlite3.Connection, found: list[_Whole]) -> None:
    for one in found:
        finding = place(db, one.aliases)
        for alias in one.aliases:
            keep(db, finding, alias)
        db.executemany(SIGHTING, [(finding, *row) for row in one.sightings])
        db.executemany(
            "INSERT OR IGNORE INTO replays (finding, at, run, signature, outcome) "
            "VALUES (?, ?, ?, ?, ?)",
            [(finding, *row) for row in one.replays],
        )
        refresh(db, finding)


def _moments(source: sqlite3.Connection) -> Iterator[tuple[str, int, str]]:
    rows = source.execute("SELECT run, number, record FROM progress")
    for row in checked(rows, tuple[str, int, str]):
        from_json(row[2], Progress)
        yield row


def _lost(source: sqlite3.Connection) -> Iterator[tuple[str, int, str, bytes]]:
    rows = source.execute("SELECT run, number, record, witness FROM lost")
    for row in checked(rows, tuple[str, int, str, bytes]):
        from_json(row[2], Lost)
        yield row


def _write_progress(db: sqlite3.Connection, rows: list[Any]) -> None:
    db.executemany("INSERT OR IGNORE INTO progress VALUES (?, ?, ?)", rows)


def _write_lost(db: sqlite3.Connection, rows: list[Any]) -> None:
    db.executemany("INSERT OR IGNORE INTO lost VALUES (?, ?, ?, ?)", rows)


class _Seed(NamedTuple):
    target: str
    digest: str
    news: int
    run: str
    witness: bytes


def _seeds(source: sqlite3.Connection) -> Iterator[_Seed]:
    return checked(source.execute("SELECT target, digest, news, run, witness FROM corpus"), _Seed)


def _write_seeds(db: sqlite3.Connection, rows: list[_Seed]) -> None:
    db.executemany(corpus.SEED, rows)
    corpus.trim(db, {row.target for row in rows})


def _features(source: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    rows = source.execute(
        "SELECT target, kinds.kind, digest FROM features JOIN kinds ON kinds.id = features.kind"
    )
    return checked(rows, tuple[str, str, int])


def _write_features(db: sqlite3.Connection, rows: list[tuple[str, str, int]]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO kinds (target, kind) VALUES (?, ?)",
        dict.fromkeys(row[:2] for row in rows),
    )
    db.executemany(
        "INSERT OR IGNORE INTO features (kind, digest) "
        "SELECT id, ? FROM kinds WHERE target = ? AND kind = ?",
        [(digest, target, kind) for target, kind, digest in rows],
    )
