"""What one stint is asked to do, and what it answers: the words between supervisor and worker."""

from __future__ import annotations

import msgspec

from smcheck.campaign.records import Effort, Seed, Sighting

Key = tuple[str, str, str, str]


class Stint(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of one subject: so many plans, from one seed.

    What comes of it follows from this record and the subject alone, unless ``limit_s`` ends it.

    Attributes:
        run: Of the campaign.
        chain: Which part of the subject's work, from 0; the stints of a chain know of each other.
        number: Position in the chain, from 0.
        first: How many plans the chain has had before.
        known: Keys of breaches that are passed over, as ``smcheck.finding.Breach.key`` has them.
        seen: Digests of behaviour that is nothing new, by kind.
        corpus: Cases that brought something new once, as witnesses without a breach.
        vary: Circumstances to add, with what they are varied to where one must say so.
        dont_vary: Circumstances to take away.
        limit_s: Seconds after which no further plan begins.
    """

    run: str
    target: str
    chain: int
    number: int
    seed: int
    plans: int
    schedules: int = 20
    first: int = 0
    known: tuple[Key, ...] = ()
    seen: dict[str, list[int]] = {}
    corpus: tuple[bytes, ...] = ()
    vary: dict[str, str] = {}
    dont_vary: tuple[str, ...] = ()
    limit_s: float = 3600.0

    @property
    def place(self) -> tuple[int, int]:
        """Chain and number."""
        return self.chain, self.number


class Met(msgspec.Struct, frozen=True, tag="met"):
    """A finding, with the key under which the chain passes over it from now on."""

    sighting: Sighting
    key: Key


class Worked(msgspec.Struct, frozen=True, tag="worked", kw_only=True):
    """What a stint came to; nothing follows.

    Attributes:
        subject: Name of the subject.
        kind: Of its machines.
        effort: What was done.
        memory_bytes: Resident memory of the worker at its largest.
        new: Digests of behaviour that was not seen before, by kind.
        seeds: Plans that brought it.
        exercised: How often each clause was put to the test.
        doubts: Why some of it says nothing, and how often.
    """

    subject: str
    kind: str
    effort: Effort
    memory_bytes: int = 0
    new: dict[str, list[int]] = {}
    seeds: tuple[Seed, ...] = ()
    exercised: dict[str, int] = {}
    doubts: dict[str, int] = {}


class DiskFull(msgspec.Struct, frozen=True, tag="disk_full"):
    """The worker could not note what it was about to do, and did not do it."""

    text: str
