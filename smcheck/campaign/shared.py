"""What campaigns on several computers have in common: a Hypothesis example database.

Plans that brought something new, and those of findings, go there and come from there. What comes
may have been put there by anybody: it is read as plain data, within bounds, and the rest of it is
passed over. A database that is not there costs nothing but its plans.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import msgspec
import trio
from hypothesis.database import DirectoryBasedExampleDatabase

from smcheck.campaign.asked import Met, Stint
from smcheck.campaign.records import Seed
from smcheck.campaign.running import Died, Outcome, Workers
from smcheck.cli.messages import Progress, Replayed
from smcheck.engine.witness import BreachRecord, Witness
from smcheck.engine.witness_records import SCHEMA
from smcheck.errors import UsageError

_REDIS = ("redis://", "rediss://", "unix://")
_ANSWER_S = 5.0
_AGAIN_AFTER_S = 60.0
"""How long a database that failed is left alone."""
_PREFIX = b"smcheck:"

_LIMIT_TAKEN = 32
"""Cases of each kind that a chain begins with."""
_LIMIT_GIVEN = 500
"""Cases of each kind that one campaign gives away of one subject."""
_LIMIT_LOOKED_AT = 4_096
_LIMIT_CASE_BYTES = 256 << 10
_LIMIT_KEY_BYTES = 64 << 20
_LIMIT_COMMANDS = 500

_KINDS = ("findings", "plans")


class Database(Protocol):
    """What is used of a ``hypothesis.database.ExampleDatabase``."""

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return what is under a key."""
        ...

    def save(self, key: bytes, value: bytes) -> None:
        """Put one more there."""


class _TooMuch(OSError):
    """There is more under a key than anybody should read."""


@dataclass(slots=True)
class Shared:
    """The cases of all campaigns.

    Args:
        database: Where they are.
        name: Of it, for people.
        say: Tells, once, that it fails.
        weigh: Tells how many bytes are under a key, where that can be told beforehand.
        failures: What it raises when it fails.
    """

    database: Database
    name: str
    say: Callable[[str], None]
    weigh: Callable[[bytes], int] = lambda key: 0
    failures: tuple[type[Exception], ...] = (OSError,)
    _given: dict[bytes, set[bytes]] = field(default_factory=dict)
    _off_until: float = 0.0
    _is_said: bool = False

    def take(self, target: str, seed: int) -> list[bytes]:
        """Return cases of a subject, those of findings first; the seed says which, if many."""
        found: dict[bytes, None] = {}
        for kind in _KINDS:
            cases = sorted(set(self._fetch(_key(kind, target))))
            chosen = random.Random(f"{seed} {kind}").sample(cases, min(len(cases), _LIMIT_TAKEN))
            found |= dict.fromkeys(chosen)
        return list(found)

    def _fetch(self, key: bytes) -> list[bytes]:
        return self._tried(lambda: [case for case in self._cases(key) if case]) or []

    def _cases(self, key: bytes) -> Iterator[bytes]:
        if self.weigh(key) > _LIMIT_KEY_BYTES:
            raise _TooMuch(f"more than {_LIMIT_KEY_BYTES >> 20} MiB under the key {key!r}")
        for data in islice(self.database.fetch(key), _LIMIT_LOOKED_AT):
            yield bare(data)

    def give(self, kind: str, target: str, cases: Iterable[bytes]) -> None:
        """Put cases of a subject there."""
        key = _key(kind, target)
        given = self._given.setdefault(key, set())
        for case in filter(None, map(bare, cases)):
            if case not in given and len(given) < _LIMIT_GIVEN:
                given.add(case)
                self._tried(partial(self.database.save, key, case))

    def _tried(self, act: Callable[[], Any]) -> Any:
        """Return what ``act`` does, ``None`` where the database fails or has just failed."""
        if time.monotonic() < self._off_until:
            return None
        try:
            return act()
        except self.failures as error:
            self._off_until = time.monotonic() + _AGAIN_AFTER_S
            if not self._is_said:
                self._is_said = True
                self.say(
                    f"--database: expected a database at {self.name}, it fails: "
                    f"{' '.join(str(error).split()) or type(error).__name__}: "
                    "the campaign goes on without it"
                )
            return None


def bare(data: bytes) -> bytes:
    """Return the plan of a witness and nothing else of it; nothing for what is no plan."""
    if len(data) > _LIMIT_CASE_BYTES:
        return b""
    try:
        witness = msgspec.json.decode(data, type=Witness)
        if not 0 < len(witness.log) <= _LIMIT_COMMANDS:
            return b""
        witness.plan()
    except (msgspec.DecodeError, UsageError, ValueError, TypeError, RecursionError):
        return b""
    for command in witness.log:
        command.text = ""
    return msgspec.json.encode(
        Witness(
            schema=SCHEMA, target="", subject="", folder="", seed=0, hash_seed="0",
            breach=BreachRecord("", "process", "", "", "", "", ""), log=witness.log,
            queries=witness.queries, tasks=witness.tasks, schedule=[], versions={},
        )
    )  # fmt: skip


def open_shared(text: str, *, say: Callable[[str], None]) -> Shared:
    """Open what ``--database`` names: the address of a Redis server, or a folder.

    Raises:
        UsageError: It is neither.
        ImportError: There is no client for Redis here.
    """
    if text.startswith(_REDIS):
        return _redis(text, say)
    if "://" in text:
        raise UsageError(
            "--database: expected redis://host:6379/0, rediss://…, unix:///path/of/socket or a "
            f"folder, got {text!r}: write one of these"
        )
    return Shared(DirectoryBasedExampleDatabase(Path(text)), text, say)


def _redis(text: str, say: Callable[[str], None]) -> Shared:
    from hypothesis.extra.redis import RedisExampleDatabase
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        server = Redis.from_url(text, socket_timeout=_ANSWER_S, socket_connect_timeout=_ANSWER_S)
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"--database: expected the address of a Redis server such as redis://host:6379/0, "
            f"got {text!r}: {error}"
        ) from error

    def weigh(key: bytes) -> int:
        found: Any = server.memory_usage(_PREFIX + key, samples=0)
        return int(found or 0)

    return Shared(
        RedisExampleDatabase(server, key_prefix=_PREFIX), without_password(text), say, weigh,
        failures=(RedisError, OSError, ValueError),
    )  # fmt: skip


def without_password(text: str) -> str:
    """Return an address as it may be shown.

    >>> without_password("redis://me:secret@host:6379/0")
    'redis://host:6379/0'
    """
    scheme, mark, rest = text.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}".partition("?")[0]


def _key(kind: str, target: str) -> bytes:
    return f"{SCHEMA}/{kind}/{target}".encode()


@dataclass(slots=True)
class Sharing:
    """Workers whose chains begin with what others found, and who give away what they find.

    Args:
        workers: Do the work.
        shared: What is shared.
        targets: Of these; a canary is nobody else's business.
    """

    workers: Workers
    shared: Shared
    targets: frozenset[str]
    _taken: dict[tuple[str, int], tuple[bytes, ...]] = field(default_factory=dict)

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Return what a job holds while it has a turn."""
        return self.workers.slot()

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        """Run a stint as the workers do, with what others found among its corpus."""
        if stint.target not in self.targets:
            return await self.workers.work(stint, hear, job=job)
        chain = stint.target, stint.chain
        if chain not in self._taken:
            take = partial(self.shared.take, stint.target, stint.seed)
            self._taken[chain] = tuple(await trio.to_thread.run_sync(take))
        corpus = dict.fromkeys((*stint.corpus, *self._taken[chain]))
        met: list[bytes] = []

        def heard(message: Met | Progress) -> None:
            if isinstance(message, Met):
                met.append(message.sighting.witness)
            hear(message)

        outcome = await self.workers.work(
            msgspec.structs.replace(stint, corpus=tuple(corpus)), heard, job=job
        )
        seeds: tuple[Seed, ...] = getattr(outcome, "seeds", ())
        await trio.to_thread.run_sync(self._give, stint.target, met, [one.case for one in seeds])
        return outcome

    def _give(self, target: str, met: list[bytes], plans: list[bytes]) -> None:
        self.shared.give("findings", target, met)
        self.shared.give("plans", target, plans)

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        """Confirm as the workers do; what ends a process is given away too."""
        met = await self.workers.confirm(died, stint, job=job)
        if met is not None and stint.target in self.targets:
            cases = [met.sighting.witness]
            await trio.to_thread.run_sync(self._give, stint.target, cases, [])
        return met

    async def replay(self, witness: Witness | Path, *, job: int = 0) -> Replayed:
        """Replay as the workers do."""
        return await self.workers.replay(witness, job=job)
