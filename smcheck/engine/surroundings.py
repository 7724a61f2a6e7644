"""What a life in this process may read beside its log, and what is kept of one that is watched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from smcheck.host.crash_watch import CrashImage
from smcheck.host.life import Life, Living, Step


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a life in this process may read besides its log.

    Attributes:
        wall_s: Wall clock at its beginning, seconds since 1970.
        rate: How fast the clocks go.
        pauses_s: What passes between the steps of a life, over and over.
        entropy: Seed of every random source.
        junk: Seeds what is allocated beforehand, so that ids and hashes of objects move;
            0 for nothing.
    """

    wall_s: float = 1_700_000_000.0
    rate: float = 1.0
    entropy: int = 1
    junk: int = 0
    pauses_s: tuple[float, ...] = ()


PLAIN = Surroundings()


@dataclass(frozen=True, slots=True)
class Watched:
    """A life of which images of the folder were taken.

    Attributes:
        life_steps: Steps of its script.
        folder: Where the machine lived.
        images: The folder at some moments.
        opaque: Files that are written past Python.
        notes: What was not tried, for people.
        living: Keeps the machine from being finalised while others open its folder.
    """

    life_steps: tuple[Step, ...]
    life: Life
    folder: str
    images: Sequence[CrashImage]
    opaque: Collection[str]
    notes: Sequence[str]
    living: Living
