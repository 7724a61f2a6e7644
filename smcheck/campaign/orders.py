"""What a campaign is to do: the words of ``smcheck fuzz``, read and checked, as one record."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass, field
from pathlib import Path

from smcheck.cli.supervisor import Limits


class Mode(enum.StrEnum):
    """What a campaign is for."""

    PR = "pr"
    NIGHTLY = "nightly"
    SOAK = "soak"


LIMITS_S: dict[Mode, float | None] = {Mode.PR: 600.0, Mode.NIGHTLY: 8 * 3600.0, Mode.SOAK: None}
"""For how long each mode searches unless a time is given; ``None`` until somebody ends it."""

SILENT_S = 10.0
"""After so many seconds without a sign of life a call hangs, unless a time is given."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What one campaign is to do.

    Attributes:
        targets: As ``written`` gives them.
        folder: Of the store.
        seconds: For how long; ``None`` until it is ended.
        seed: Of all decisions; drawn unless given.
        shard: This part, and how many there are, from 1.
        chains: Into so many parts each subject's work is cut; 0 for as many as the jobs need.
        cluster: Address of the scheduler that has the work done; empty for this computer.
        max_plans: After so many plans a subject is done; ``None`` for no end.
        canary: Target with a planted bug; empty for the built-in one, ``None`` for none.
        stops_on_first: End with the first finding that is new.
        is_strict: Hazards count as violations.
        limits: What a worker may take.
        vary: Circumstances to add, with what they are varied to where one must say so.
        dont_vary: Circumstances to take away.
    """

    targets: tuple[str, ...]
    folder: Path
    mode: Mode = Mode.NIGHTLY
    seconds: float | None = None
    jobs: int = 1
    seed: int | None = None
    shard: tuple[int, int] = (1, 1)
    chains: int = 0
    cluster: str = ""
    max_plans: int | None = None
    schedules: int = 20
    canary: str | None = ""
    stops_on_first: bool = False
    is_strict: bool = False
    limits: Limits = field(default_factory=lambda: Limits(silent_s=SILENT_S))
    vary: dict[str, str] = field(default_factory=dict)
    dont_vary: tuple[str, ...] = ()


def written(target: str, *, folder: Path | None = None) -> str:
    """Return a target as stores have it: a file relative to the working directory, if below it.

    Stores of different machines and checkouts then speak of the same subject.
    """
    place, colon, name = target.rpartition(":")
    if not place.endswith(".py") and "/" not in place:
        return target
    here = (folder or Path.cwd()).absolute()
    path = os.path.normpath(here / place)
    below = os.path.relpath(path, here)
    return f"{path if below.startswith('..') else Path(below).as_posix()}{colon}{name}"
