"""What twins differ in, as data: the circumstances, and the settings of worker processes.

A setting holds every value, so that one which was written down can be had again. Nothing here
reads a clock, a random source or the environment; nothing is applied here.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal


def is_hash_seed(text: str) -> bool:
    """Return whether ``text`` is a ``PYTHONHASHSEED`` that Python starts with.

    >>> is_hash_seed("4294967295"), is_hash_seed("4294967296"), is_hash_seed("random")
    (True, False, True)
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return text == "random" or (is_number and int(text) < 1 << 32)


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of one life in a worker process.

    Attributes:
        hash_seed: ``PYTHONHASHSEED`` of the process.
        wall_s: What the wall clock shows when a life begins, in seconds since 1970.
        rate: Seconds that the clocks show for each second that passes.
        monotonic_s: What the monotonic clock shows when a life begins.
        pauses_s: What passes between the steps of a life, over and over.
        random_seed: Seeds ``random`` and the source of ``os.urandom`` before each life.
        ids: Seeds the junk that is kept allocated, so that new objects lie elsewhere.
        process_id: What ``os.getpid`` answers; larger than any real one.
        user: Name of the user, and of the home folder.
        host: Name of the host.
        env: Further environment variables.
        zone: ``TZ``.
        folder: Name of the working directory, below a folder of the worker's own.
        language: ``LANG``.
    """

    hash_seed: int = 0
    wall_s: float = 1_700_000_000.0
    rate: float = 1.0
    monotonic_s: float = 1_000.0
    pauses_s: tuple[float, ...] = ()
    random_seed: int = 0
    ids: int = 0
    process_id: int = 10_000_001
    user: str = "replica-0"
    host: str = "host-0"
    env: tuple[tuple[str, str], ...] = ()
    zone: str = "UTC0"
    folder: str = "0"
    language: str = "C.UTF-8"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One way in which two replicas may differ and must not show it.

    Attributes:
        name: How findings, and options that choose circumstances, call it.
        varied: How it is varied, for people.
        cost: What varying it costs, for people.
        place: ``process`` differs between workers, ``life`` also between the lives of one
            worker, ``instance`` between the twins of this process.
        fields: Fields of ``Setting`` that hold it; empty for the place ``instance``.
        on_by_default: Whether it is varied unless the user says otherwise.
    """

    name: str
    varied: str
    cost: str
    place: Literal["process", "life", "instance"]
    fields: tuple[str, ...] = ()
    on_by_default: bool = True


_FREE = "nothing beside the worker"
CIRCUMSTANCES: tuple[Circumstance, ...] = (
    Circumstance("hash seed", "another recorded PYTHONHASHSEED in each worker",
                 "a worker process each", "process", ("hash_seed",)),
    Circumstance("clock", "another start of the clocks, another rate, pauses between the calls",
                 _FREE, "life", ("wall_s", "rate", "monotonic_s", "pauses_s")),
    Circumstance("random source", "another seed of random, os.urandom, secrets and uuid4",
                 _FREE, "life", ("random_seed",)),
    Circumstance("object ids", "other junk stays allocated, so that objects lie elsewhere",
                 "under a millisecond for a life", "life", ("ids",)),
    Circumstance("process id", "another answer of os.getpid", _FREE, "life", ("process_id",)),
    Circumstance("environment", "another user, home, host and further environment variables",
                 _FREE, "life", ("user", "host", "env")),
    Circumstance("time zone", "another TZ", _FREE, "life", ("zone",)),
    Circumstance("working directory", "another empty folder", _FREE, "life", ("folder",)),
    Circumstance("locale", "another LANG", _FREE, "life", ("language",)),
    Circumstance("replica id", "another replica_id and shard_id for the factory",
                 "one more life in this process", "instance"),
)  # fmt: skip
"""Every circumstance, in the order in which a difference is bisected."""

PROCESS = "process"
"""Names a difference between two processes with one setting: real addresses, entropy, time."""

_ZONES = ("<-0330>3:30", "<+1245>-12:45", "<-08>8", "<+0545>-5:45")
_LANGUAGES = ("C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ja_JP.UTF-8")
_DAY_S = 86_400.0
PAUSES_S = (0.75, 20.5, 0.01, 310.0, 4_000.0, 3.25, 100_000.0)
"""Time between calls that is long for one machine or another: a bucket, a lease, a day."""


def default_settings(seed: int, *, count: int = 2) -> tuple[Setting, ...]:
    """Return ``count`` settings that differ in every circumstance a process can have.

    Equal seeds give equal settings, on every machine.
    """
    return tuple(_setting(seed, number) for number in range(count))


def _setting(seed: int, number: int) -> Setting:
    draw = random.Random(derive_seed(seed, number))
    return Setting(
        hash_seed=derive_seed(seed, number, "hash seed") % (2**32 - 1) + 1,
        # Days and hours apart: also a date, and a clock read in whole hours, must differ.
        wall_s=1_700_000_000.0 + (number * 401 + draw.randrange(200)) * _DAY_S
        + draw.randrange(86_400) + 0.25,
        rate=(1.0, 0.5, 3.0)[number % 3],
        monotonic_s=float(1_000 + 50_000 * number + draw.randrange(10_000)),
        pauses_s=PAUSES_S if number % 2 else (),
        random_seed=draw.getrandbits(32),
        ids=draw.getrandbits(32),
        process_id=10_000_000 + 1_009 * number + draw.randrange(1_000),
        user=f"replica-{number}",
        host=f"host-{number}",
        env=(("SMCHECK_TWIN", str(number)), ("HOSTNAME", f"host-{number}")),
        zone=_ZONES[number % len(_ZONES)],
        folder=str(number),
        language=_LANGUAGES[number % len(_LANGUAGES)],
    )  # fmt: skip


def derive_seed(*parts: object) -> int:
    """Return a number of 63 bits that depends on ``parts`` only, by their texts."""
    text = "/".join(str(part) for part in ("smcheck", *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def taking(base: Setting, circumstance: Circumstance, other: Setting) -> Setting:
    """Return ``base`` with the values of one circumstance taken from ``other``."""
    return replace(base, **{name: getattr(other, name) for name in circumstance.fields})


def differing(one: Setting, other: Setting) -> Sequence[Circumstance]:
    """Return the circumstances in which two settings differ, in the order of bisection."""
    return [
        circumstance
        for circumstance in CIRCUMSTANCES
        if circumstance.fields and taking(one, circumstance, other) != one
    ]
