"""What campaigns share: what goes there, what comes from there, and databases that fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.records import Effort, Seed
from smcheck.campaign.running import Died, Hands, Outcome
from smcheck.campaign.shared import Shared, Sharing, bare, open_shared, without_password
from smcheck.cli.messages import Progress
from smcheck.cli.supervisor import Limits
from smcheck.engine.witness import Witness
from smcheck.engine.witness_records import (
    SCHEMA,
    BreachRecord,
    CallRecord,
    CommandRecord,
)
from smcheck.errors import UsageError
from tests.campaign.redis_here import RedisHere, redis_here
from tests.campaign.store.made import sighting

ROOT = Path(__file__).parents[2]
TARGET = "m.py:stock"
KEY = f"{SCHEMA}/plans/{TARGET}".encode()
BREACH = BreachRecord("LKP-1", "schedules", "", "", "", "", "0" * 12)


def case(command: str = "eA==", *, count: int = 1, **more: Any) -> bytes:
    """Return a witness with so many commands in its log."""
    fields: dict[str, Any] = {
        "schema": SCHEMA, "target": TARGET, "subject": "stock", "folder": "/home/me", "seed": 3,
        "hash_seed": "0", "breach": BREACH,
        "log": [CommandRecord(i, command, "a text") for i in range(1, count + 1)],
        "queries": ["key"], "tasks": [[CallRecord("update", 0, 1)], [], []], "schedule": [],
        "versions": {"smcheck": "0"}, **more,
    }  # fmt: skip
    return msgspec.json.encode(Witness(**fields))


class Memory:
    """A database in memory, that fails when it is told to."""

    def __init__(self) -> None:
        self.cases: dict[bytes, set[bytes]] = {}
        self.fails = False
        self.asked = 0

    def fetch(self, key: bytes) -> Iterable[bytes]:
        self._ask()
        return iter(self.cases.get(key, set()))

    def save(self, key: bytes, value: bytes) -> None:
        self._ask()
        self.cases.setdefault(key, set()).add(value)

    def _ask(self) -> None:
        self.asked += 1
        if self.fails:
            raise ConnectionRefusedError("nobody there")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def shared(memory: Memory, said: list[str]) -> Shared:
    return Shared(memory, "memory", said.append)


# What is a case.


def test_bare_case_is_the_plan_and_nothing_that_tells_where_it_comes_from() -> None:
    witness = msgspec.json.decode(bare(case()), type=Witness)
    assert witness.plan() == msgspec.json.decode(case(), type=Witness).plan()
    assert (witness.target, witness.folder, witness.subject, witness.seed) == ("", "", "", 0)
    assert (witness.log[0].text, witness.versions, witness.breach.clause) == ("", {}, "")


def test_bare_cases_of_one_plan_are_equal() -> None:
    assert bare(case()) == bare(case(folder="/home/you", seed=4, breach=BREACH, versions={}))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\x00", b"null", b"{}", b"[" * 100_000, case()[:-1],
        case(log=[]), case(command="no base64"), case(count=501), case(tasks=[[], []]),
        case(tasks=[[CallRecord("update", 0, 9)], [], []]),
        case(tasks=[[CallRecord("os.system")], [], []]),
        case(queries=[{"$": 1}]), case(command="eHh4" * 100_000),
        b"cos\nsystem\n(S'touch /tmp/no'\ntR.",
    ],
    ids=range(15),
)  # fmt: skip
def test_bare_passes_over_what_is_no_case(data: bytes) -> None:
    assert bare(data) == b""


# What comes and goes.


def test_shared_gives_what_was_put_there(shared: Shared) -> None:
    shared.give("plans", TARGET, [case("YQ==")])
    shared.give("findings", TARGET, [case("Yg==")])
    assert shared.take(TARGET, 0) == [bare(case("Yg==")), bare(case("YQ=="))]
    assert shared.take("other.py:stock", 0) == []


def test_shared_passes_over_garbage(shared: Shared, memory: Memory) -> None:
    memory.cases[KEY] = {b"garbage", b"\x80\x04.", case(), b"{}"}
    assert shared.take(TARGET, 0) == [bare(case())]


def test_shared_takes_no_more_than_a_chain_can_use(shared: Shared, memory: Memory) -> None:
    memory.cases[KEY] = {case(count=count) for count in range(1, 101)}
    first = shared.take(TARGET, 1)
    assert len(first) == 32
    assert first == shared.take(TARGET, 1)
    assert first != shared.take(TARGET, 2)


def test_shared_reads_no_more_than_so_much_of_a_database_without_end(said: list[str]) -> None:
    class Endless(Memory):
        read = 0

        def fetch(self, key: bytes) -> Iterator[bytes]:
            while True:
                self.read += 1
                yield b"garbage"

    endless = Endless()
    assert Shared(endless, "endless", said.append).take(TARGET, 0) == []
    assert endless.read == 2 * 4_096


def test_shared_gives_away_no_more_than_others_can_use(shared: Shared, memory: Memory) -> None:
    for number in range(6):
        shared.give("plans", TARGET, [case(_text(number, i)) for i in range(100)])
    assert len(memory.cases[KEY]) == 500


def _text(number: int, i: int) -> str:
    return f"{number}{i:03d}"


def test_shared_says_once_that_its_database_fails_and_leaves_it_alone(
    shared: Shared, memory: Memory, said: list[str]
) -> None:
    memory.fails = True
    assert shared.take(TARGET, 0) == []
    shared.give("plans", TARGET, [case()])
    assert memory.asked == 1
    assert said == [
        "--database: expected a database at memory, it fails: nobody there: "
        "the campaign goes on without it"
    ]


# Beside workers.


class Fake:
    """Workers that note what they are asked and answer as told."""

    def __init__(self, outcome: Outcome, met: tuple[Met, ...] = ()) -> None:
        self.outcome, self.met = outcome, met
        self.asked: list[Stint] = []

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        self.asked.append(stint)
        for met in self.met:
            hear(met)
        return self.outcome

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        return self.met[0]


def stint_of(chain: int = 0, number: int = 0, target: str = TARGET) -> Stint:
    return Stint(
        run="r", target=target, chain=chain, number=number, seed=1, plans=1, corpus=(b"own",)
    )


def work(sharing: Sharing, *stints: Stint) -> list[Met | Progress]:
    heard: list[Met | Progress] = []
    for stint in stints:
        trio.run(partial(sharing.work, stint, heard.append))
    return heard


WORKED = Worked(
    subject="stock", kind="regular", effort=Effort(),
    seeds=(Seed(target=TARGET, digest="0", case=case("YQ=="), news=1),),
)  # fmt: skip
MET = Met(sighting(witness=case("Yg==")), ("", "", "", ""))


def sharing_of(fake: Fake, shared: Shared) -> Sharing:
    return Sharing(fake, shared, frozenset([TARGET]))  # type: ignore[arg-type]  # has what is used


def test_sharing_gives_away_plans_and_findings(shared: Shared) -> None:
    heard = work(sharing_of(Fake(WORKED, (MET,)), shared), stint_of())
    assert heard == [MET]
    assert shared.take(TARGET, 0) == [bare(case("Yg==")), bare(case("YQ=="))]


def test_sharing_gives_away_a_case_that_ends_processes(shared: Shared) -> None:
    died = Died("", b"", "", None, "stock", None)
    sharing = sharing_of(Fake(died, (MET,)), shared)
    assert trio.run(partial(sharing.confirm, died, stint_of(), job=0)) is MET
    assert shared.take(TARGET, 0) == [bare(case("Yg=="))]


def test_sharing_takes_when_the_first_stint_of_a_chain_begins(
    shared: Shared, memory: Memory
) -> None:
    memory.cases[KEY] = {case("Yw==")}
    fake = Fake(WORKED)
    work(sharing_of(fake, shared), stint_of(0, 0), stint_of(0, 1), stint_of(1, 0))
    own, theirs, later = b"own", bare(case("Yw==")), bare(case("YQ=="))
    assert fake.asked[0].corpus == fake.asked[1].corpus == (own, theirs)
    assert set(fake.asked[2].corpus) == {own, theirs, later}


def test_sharing_keeps_the_canary_to_itself(shared: Shared, memory: Memory) -> None:
    fake = Fake(WORKED, (MET,))
    work(sharing_of(fake, shared), stint_of(target="canary.py:canary"))
    assert (memory.asked, fake.asked[0].corpus) == (0, (b"own",))


def test_stint_survives_a_corpus_that_says_anything(tmp_path: Path) -> None:
    (tmp_path / "running").mkdir()
    stint = msgspec.structs.replace(
        stint_of(target=f"{ROOT}/tests/fixed/torn_line.py:subject"), plans=3,
        corpus=(bare(case("/w==")), bare(case("", count=500))),
    )  # fmt: skip
    hands = Hands(tmp_path, Limits())
    outcome = trio.run(partial(hands.work, stint, lambda message: None))
    assert isinstance(outcome, Worked), outcome


# Places.


@pytest.mark.parametrize("text", ["http://host/0", "redis://host:port/0", "postgres://host"])
def test_database_refuses_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match=r"--database: expected "):
        open_shared(text, say=print)


def test_address_is_shown_without_its_password() -> None:
    assert without_password("rediss://me:p@ss@host:6379/0?password=p") == "rediss://host:6379/0"


def test_folder_is_a_database(tmp_path: Path, said: list[str]) -> None:
    open_shared(str(tmp_path / "shared"), say=said.append).give("plans", TARGET, [case()])
    other = open_shared(str(tmp_path / "shared"), say=said.append)
    assert (other.take(TARGET, 0), said) == ([bare(case())], [])


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisHere]:
    with redis_here(tmp_path) as server:
        yield server


def test_redis_is_a_database(redis: RedisHere, said: list[str]) -> None:
    open_shared(redis.address, say=said.append).give("plans", TARGET, [case()])
    other = open_shared(redis.address, say=said.append)
    assert (other.take(TARGET, 0), said) == ([bare(case())], [])


def test_redis_with_too_much_under_a_key_is_left_alone(redis: RedisHere, said: list[str]) -> None:
    from redis import Redis

    with Redis.from_url(redis.address) as server:
        for letter in b"abcdefghi":
            server.sadd(b"smcheck:" + KEY, bytes([letter]) * (8 << 20))
    assert open_shared(redis.address, say=said.append).take(TARGET, 0) == []
    assert len(said) == 1
    assert "it fails: more than 64 MiB under the key" in said[0]


def test_redis_that_goes_away_is_said_once(redis: RedisHere, said: list[str]) -> None:
    shared = open_shared(redis.address, say=said.append)
    shared.give("plans", TARGET, [case("YQ==")])
    redis.end()
    shared.give("plans", TARGET, [case("Yg==")])
    assert shared.take(TARGET, 0) == []
    assert len(said) == 1
    assert said[0].startswith(f"--database: expected a database at {redis.address}, it fails: ")


def fuzz(store: Path, *words: str) -> tuple[int, str, str]:
    """Run a campaign to its end."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    done = subprocess.run(
        [
            sys.executable, "-m", "smcheck", "fuzz", "tests/buggy/torn_line.py:subject",
            "--max-examples", "10", "--no-canary", "--jobs", "1", "--store", str(store), *words,
        ],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.dear
def test_campaigns_share_a_redis(redis: RedisHere, tmp_path: Path) -> None:
    from redis import Redis

    assert fuzz(tmp_path / "one", "--seed", "1", "--database", redis.address)[::2] == (1, "")
    key = f"smcheck:{SCHEMA}/findings/tests/buggy/torn_line.py:subject"
    server: Any = Redis.from_url(redis.address)
    first = server.smembers(key)
    server.sadd(key, b"garbage", json.dumps({"schema": SCHEMA}))
    assert len(first) >= 1
    assert all(bare(one) == one for one in first)
    # The other one begins with what the first one found, beside the garbage.
    asked = server.info("commandstats")["cmdstat_smembers"]["calls"]
    assert fuzz(tmp_path / "two", "--seed", "2", "--database", redis.address)[::2] == (1, "")
    assert server.info("commandstats")["cmdstat_smembers"]["calls"] == asked + 2
    server.close()


@pytest.mark.dear
def test_campaign_goes_on_without_its_redis(tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/nobody.sock"
    status, _, err = fuzz(tmp_path / "one", "--seed", "1", "--database", nowhere)
    assert status == 1
    assert err.startswith(f"smcheck: --database: expected a database at {nowhere}, it fails: ")
    assert len(err.splitlines()) == 1
