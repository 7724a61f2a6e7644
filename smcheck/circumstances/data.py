"""What twins differ in, as data: the circumstances, and the settings of worker processes.

A setting holds every value, so that one which was written down can be had again. Nothing here
reads a clock, a random source or the environment; nothing is applied here.
"""

from __future__ import annotations

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
        encoding: What Python takes for the encoding of files and their names.
        utf8_mode: ``-X utf8``.
        wall_s: What the wall clock shows when a life begins, in seconds since 1970.
        rate: Seconds that the clocks show for each second that passes; processor time follows
            from this and the two starts.
        monotonic_s: What the monotonic clock shows when a life begins.
        pauses_s: What passes between the steps of a life, over and over.
        jumps_s: By how much the wall clock is put back between the steps, over and over.
        random_seed: Seeds ``random`` and the source of ``os.urandom`` before each life.
        ids: Seeds the junk that is kept allocated, so that new objects lie elsewhere.
        collects: New objects after which the collector looks for garbage, 0 for never.
        threads: Other threads of the process; they have stacks, identities and names too.
        process_id: What ``os.getpid`` answers; larger than any real one.
        host: Name of the host.
        user: Name of the user.
        home: Name of the home folder, below a folder of the worker's own.
        folder: Name of the working directory, below a folder of the worker's own.
        env: Further environment variables.
        zone: ``TZ``.
        language: ``LANG``.
        umask: Which rights new files do not get.
        listing: Seeds the order in which a folder gives its names, 0 for that of the system.
        precision: Digits of the ambient decimal context.
        recursion: Limit of recursion; 0 for that of Python.
        optimised: ``-O``.
        python: Path of the interpreter; empty for the one that runs smcheck.
    """

    hash_seed: int = 0
    encoding: Literal["utf-8", "ascii"] = "utf-8"
    utf8_mode: bool = False
    wall_s: float = 1_700_000_000.0
    rate: float = 1.0
    monotonic_s: float = 1_000.0
    pauses_s: tuple[float, ...] = ()
    jumps_s: tuple[float, ...] = ()
    random_seed: int = 0
    ids: int = 0
    collects: int = 0
    threads: int = 0
    process_id: int = 10_000_001
    host: str = "host-0"
    user: str = "replica-0"
    home: str = "home-0"
    folder: str = "0"
    env: tuple[tuple[str, str], ...] = ()
    zone: str = "UTC0"
    language: str = "C.UTF-8"
    umask: int = 0o022
    listing: int = 0
    precision: int = 28
    recursion: int = 0
    optimised: bool = False
    python: str = ""


Place = Literal["process", "life", "instance"]


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
        on_by_default: Whether it is varied unless the user says otherwise. What no deployment
            varies is not, and gives hazards (CONTRACT A4).
        part_of: Name of the circumstance that shows in the same, and more often.
        checks: Checks of this process that vary it alone.
    """

    name: str
    varied: str
    cost: str
    place: Place
    fields: tuple[str, ...] = ()
    on_by_default: bool = True
    part_of: str = ""
    checks: tuple[str, ...] = ()


ANOTHER_PYTHON, IDS, REPLICA_ID = "another Python", "object ids", "replica id"
BATCH_CUTS, GARBAGE, SCHEDULE = "batch cuts", "garbage collection", "schedule"
_FREE = "nothing beside the worker"
_WORKER = "a worker process each"
_TWIN = "a life or more in this process"
CIRCUMSTANCES: tuple[Circumstance, ...] = (
    Circumstance(BATCH_CUTS, "the same entries in other batches", _TWIN, "instance",
                 checks=("cuts", "many")),
    Circumstance(SCHEDULE, "other interleavings of the threads", "executions of each plan",
                 "instance"),
    Circumstance("lookups in between", "with and without lookups", _TWIN, "instance",
                 checks=("lookups",)),
    Circumstance("snapshots in between", "with and without snapshots, stopped ones too", _TWIN,
                 "instance", checks=("saves", "abandons")),
    Circumstance("restart from image", "recovered from an image at up to twelve places", _TWIN,
                 "instance", checks=("restart", "recover")),
    Circumstance(REPLICA_ID, "another replica_id and shard_id for the factory", _TWIN,
                 "instance", checks=("ids",)),
    Circumstance("hash seed", "another recorded PYTHONHASHSEED in each worker", _WORKER, "process",
                 ("hash_seed",)),
    Circumstance("file-system encoding", "UTF-8, and ASCII in one worker of three", _WORKER,
                 "process", ("encoding",)),
    Circumstance("UTF-8 mode", "with and without -X utf8", _WORKER, "process", ("utf8_mode",)),
    Circumstance("clock", "another start of the clocks, another rate, pauses between the calls",
                 _FREE, "life", ("wall_s", "rate", "monotonic_s", "pauses_s")),
    Circumstance("clock jumps back", "the wall clock is put back now and then", _FREE, "life",
                 ("jumps_s",), part_of="clock"),
    Circumstance("random source", "another seed of random, os.urandom, secrets, uuid4 and numpy",
                 _FREE, "life", ("random_seed",)),
    Circumstance(IDS, "other junk stays allocated, so that objects lie elsewhere",
                 "under a millisecond for a life", "life", ("ids",)),
    Circumstance(GARBAGE, "never in a life, or after every few objects",
                 "some milliseconds for a life", "life", ("collects",)),
    Circumstance("thread ids", "other threads beside, with stacks and names of their own", _FREE,
                 "life", ("threads",)),
    Circumstance("process id", "another answer of os.getpid", _FREE, "life", ("process_id",)),
    Circumstance("host name", "another name of the host", _FREE, "life", ("host",)),
    Circumstance("user", "another name of the user", _FREE, "life", ("user",)),
    Circumstance("home folder", "another empty home", _FREE, "life", ("home",)),
    Circumstance("working directory", "another empty folder", _FREE, "life", ("folder",)),
    Circumstance("environment", "further environment variables", _FREE, "life", ("env",)),
    Circumstance("time zone", "another TZ", _FREE, "life", ("zone",)),
    Circumstance("locale", "another LANG", _FREE, "life", ("language",)),
    Circumstance("umask", "other rights of new files", _FREE, "life", ("umask",)),
    Circumstance("directory order", "folders list their names in another order", _FREE, "life",
                 ("listing",)),
    Circumstance("decimal context", "fewer digits in the ambient context", _FREE, "life",
                 ("precision",), on_by_default=False),
    Circumstance("recursion limit", "a lower limit", _FREE, "life", ("recursion",),
                 on_by_default=False),
    Circumstance("-O", "without assert statements", _WORKER, "process", ("optimised",),
                 on_by_default=False),
    Circumstance(ANOTHER_PYTHON, "another interpreter that has smcheck installed", _WORKER,
                 "process", ("python",), on_by_default=False),
)  # fmt: skip
"""Every circumstance; those of settings in the order in which a difference is bisected."""

OF_CHECK = {check: c.name for c in CIRCUMSTANCES for check in c.checks}
"""The circumstance that a check of this process varies, by the name of the check."""

PROCESS = "process"
"""Names a difference between two processes with one setting: real addresses, entropy, time."""


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
