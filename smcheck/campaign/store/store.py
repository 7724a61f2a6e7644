"""The store of campaigns: what they found and how far they came, in one file, over many nights.

Each method is one transaction and is on the disk when it returns. Nothing read from the file is
run, and all of it is held to its type.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from smcheck.campaign.records import (
    Ended,
    Lost,
    Progress,
    Run,
    Seed,
    Sighting,
    Status,
    StoredFinding,
)
from smcheck.campaign.store import corpus, files, reading, runs, writing
from smcheck.campaign.store.database import Database
from smcheck.campaign.store.owners import Owners
from smcheck.campaign.store.reading import Met
from smcheck.campaign.store.trouble import telling


class Store:
    """An open store. Threads may share one; processes each open their own.

    Any method raises ``StoreError`` where the disk refuses, and ``UsageError`` where the file is
    damaged.
    """

    def __init__(self, folder: Path, database: Database, clock: Callable[[], float]) -> None:
        """Take over an open database; callers say ``Store.open`` or ``Store.read``."""
        self.folder = folder
        self.database = database
        self._owners = Owners(folder / files.OWNERS)
        self._clock = clock

    @classmethod
    def open(
        cls, folder: Path, *, create: bool = True, clock: Callable[[], float] = time.time
    ) -> Self:
        """Open the store in a folder.

        Args:
            create: Make one where there is none.
            clock: Tells the seconds since 1970.

        Raises:
            UsageError: What is there is no store, damaged, or of a newer version.
        """
        return cls(folder, Database(files.find(folder, create=create)), clock)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open a store that is not to be changed; somebody else may be writing to it.

        Raises:
            UsageError: There is none, it is damaged, or of a newer version.
        """
        return cls(folder, Database(files.find(folder, create=False), mode="ro"), time.time)

    def close(self) -> None:
        """Close it; runs that have not ended are then there to be taken up."""
        self._owners.close()
        self.database.close()

    def __enter__(self) -> Self:
        """Return the store; it is closed when the block is left."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self.close()

    def begin_run(self, run: Run) -> None:
        """Add a run; it is this store's to work at until it has ended or the process has."""
        runs.require_id(run.id)
        with telling(self.database.path):
            self._owners.take(run.id)
        try:
            with self.database.writing() as db:
                runs.begin(db, run)
        except BaseException:
            self._owners.give_back(run.id)
            raise

    def save_run(self, run: Run) -> None:
        """Write how a run is now."""
        with self.database.writing() as db:
            runs.save(db, run)
        if run.ended is not Ended.RUNNING:
            with telling(self.database.path):
                self._owners.give_back(run.id)

    def last_unfinished(
        self, targets: Sequence[str], seed: int | None, shard: tuple[int, int]
    ) -> Run | None:
        """Return the newest run that began here and was killed, ``None`` without one.

        It is this store's to work at from then on, so that nobody else takes it up too. A run
        that somebody works at, and one of another store that was merged, are never returned.

        Args:
            targets: Of which it is.
            seed: That it has; any unless given.
            shard: Which it is.
        """
        with self.database.writing() as db:
            return runs.take_unfinished(db, targets, seed=seed, shard=shard, take=self._owners.take)

    def is_over(self, run_id: str) -> bool:
        """Return whether nobody works at a run any more, whether it has ended or was killed."""
        with telling(self.database.path):
            return self._owners.is_free(run_id)

    def note_finding(self, run_id: str, sighting: Sighting) -> Status:
        """Note that a finding was met, and return how it stands for this run: not *fixed*.

        It is one of the store if that has its signature for the same target, or the same
        defect under another one. Noting the same turn again changes nothing.
        """
        with self.database.writing() as db:
            return writing.note_finding(db, run_id, sighting, now=self._clock())

    def note_replay(self, run_id: str, target: str, signature: str, outcome: str) -> Status:
        """Note what the replay of a stored finding said, and return how it stands for this run.

        Args:
            outcome: In the words of ``smcheck replay``: ``"fixed"`` and ``"still fails"`` decide
                how it stands, others leave that.
        """
        with self.database.writing() as db:
            return writing.note_replay(
                db, run_id, target, signature=signature, outcome=outcome, now=self._clock()
            )

    def note_progress(self, run_id: str, progress: Progress) -> None:
        """Note how far a run is."""
        with self.database.writing() as db:
            runs.note_progress(db, run_id, progress)

    def note_lost(self, run_id: str, lost: Lost) -> None:
        """Note a case that did not come to its end."""
        with self.database.writing() as db:
            runs.note_lost(db, run_id, lost)

    def add_seeds(
        self, run_id: str, seeds: Iterable[Seed], *, limit: int = corpus.LIMIT_SEEDS
    ) -> None:
        """Add plans to the corpus.

        Args:
            limit: How many are kept of each subject; those that brought most stay.
        """
        with self.database.writing() as db:
            corpus.add_seeds(db, run_id, seeds, limit=limit)

    def add_features(self, target: str, kind: str, digests: Iterable[int]) -> int:
        """Add behaviour that was seen, 64 bits each, and return how much of it is new."""
        with self.database.writing() as db:
            return corpus.add_features(db, target, kind, digests)

    def seeds_of(self, target: str) -> list[Seed]:
        """Return the corpus of a subject, plans that brought most first."""
        with self.database.reading() as db:
            return corpus.seeds_of(db, target)

    def features_of(self, target: str) -> dict[str, set[int]]:
        """Return all behaviour of a subject that any run saw, by its kind."""
        with self.database.reading() as db:
            return corpus.features_of(db, target)

    def findings(
        self, target: str | None = None, *, signature: str | None = None
    ) -> list[StoredFinding]:
        """Return the findings in the order in which they were met.

        Args:
            target: Of this one only.
            signature: Of this name only.
        """
        with self.database.reading() as db:
            return reading.findings(db, target, name=signature)

    def count(self) -> int:
        """Return how many findings there are."""
        with self.database.reading() as db:
            return reading.count(db)

    def met(self, run_id: str) -> list[Met]:
        """Return what a run met, in its order, each as it stands for this run."""
        with self.database.reading() as db:
            return reading.met(db, run_id)

    def runs(self) -> list[Run]:
        """Return all runs, the oldest first."""
        with self.database.reading() as db:
            return runs.runs(db)

    def progress(self, run_id: str) -> list[Progress]:
        """Return how far a run was, moment by moment."""
        with self.database.reading() as db:
            return runs.progress(db, run_id)

    def lost(self, run_id: str) -> list[Lost]:
        """Return the cases that a run lost, in its order."""
        with self.database.reading() as db:
            return runs.lost(db, run_id)
