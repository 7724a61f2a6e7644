"""The host overlaps just what it says it does (CONTRACT A1, the noted cells as A5 has them).

The matrices below are written down by hand. What the profiles say, and what really happens inside
of machines over many generated plans, is each compared with them.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from smcheck.contract.profiles import PROFILES, Kind
from smcheck.engine.execute import conduct
from smcheck.engine.world import World
from smcheck.plan import Close, Hash, Lookup, Plan, Prepare, Recover, Save, Update
from smcheck.schedulers.random_walk import RandomWalkScheduler
from smcheck.subject import Subject
from tests.host.overlaps import (
    LOG,
    Concurrent,
    Pair,
    machine_for,
    pairs_met,
    random_plan,
    read_matrix,
)

pytestmark = pytest.mark.dear

EXECUTIONS = 400

PLANS = {"dragonboat": 3_400}
"""Of each kind: more than ten thousand for the three of the contract's own host."""

PLANS_OF_OTHERS = 1_000

# =  may be inside together, and is        .  never
# o  only for a subject that says concurrent_hash=True
MATRICES = {
    "dragonboat regular": """
                   update  lookup  save  recover  hash  close
        update     .       .       .     .        o     .
        lookup     .       =       =     .        =     =
        save       .       =       .     .        =     .
        recover    .       .       .     .        .     .
        hash       o       =       =     .        =     .
        close      .       =       .     .        .     .
    """,
    "dragonboat concurrent": """
                   update  lookup  prepare  save  recover  hash  close
        update     .       =       .        =     .        o     .
        lookup     =       =       =        =     =        =     =
        prepare    .       =       .        .     .        =     .
        save       =       =       .        .     .        =     .
        recover    .       =       .        .     .        .     .
        hash       o       =       =        =     .        =     .
        close      .       =       .        .     .        .     .
    """,
    "dragonboat on-disk": """
                   open  update  sync  lookup  prepare  save  recover  hash  close
        open       .     .       .     .       .        .     .        .     .
        update     .     .       .     =       .        =     .        o     .
        sync       .     .       .     =       .        =     .        .     .
        lookup     .     =       =     =       =        =     =        =     =
        prepare    .     .       .     =       .        .     .        =     .
        save       .     =       =     =       .        .     .        =     .
        recover    .     .       .     =       .        .     .        .     .
        hash       .     o       .     =       =        =     .        =     .
        close      .     .       .     =       .        .     .        .     .
    """,
    "pysyncobj regular": """
                   update  lookup  save  recover  hash  close
        update     .       =       .     .        o     .
        lookup     =       =       =     =        =     =
        save       .       =       .     .        .     .
        recover    .       =       .     .        .     .
        hash       o       =       .     .        =     .
        close      .       =       .     .        .     .
    """,
    "hashicorp-raft concurrent": """
                   update  lookup  prepare  save  recover  hash
        update     .       =       .        =     .        o
        lookup     =       =       =        =     =        =
        prepare    .       =       .        .     .        .
        save       =       =       .        .     .        .
        recover    .       =       .        .     .        .
        hash       o       =       .        .     .        =
    """,
    "cometbft concurrent": """
                   open  update  commit  lookup  check_tx  prepare  save  recover  hash
        open       .     .       .       .       .         .        .     .        .
        update     .     .       .       =       =         =        =     .        o
        commit     .     .       .       =       .         =        =     .        .
        lookup     .     =       =       .       =         =        =     .        =
        check_tx   .     =       .       =       .         =        =     .        .
        prepare    .     =       =       =       =         .        .     .        .
        save       .     =       =       =       =         .        .     .        .
        recover    .     .       .       .       .         .        .     .        .
        hash       .     o       .       =       .         .        .     .        .
    """,
}
MATRICES["hashicorp-raft-batching concurrent"] = MATRICES["hashicorp-raft concurrent"]

HOSTS = [(name, kind) for name, kinds in PROFILES.items() for kind in kinds]


def allowed(name: str, kind: Kind, *, concurrent_hash: bool = False) -> set[Pair]:
    """Return the pairs that the matrix of a host lets overlap."""
    free = "=o" if concurrent_hash else "="
    return {pair for pair, cell in read_matrix(MATRICES[f"{name} {kind}"]).items() if cell in free}


def subject_of(name: str, kind: Kind, *, concurrent_hash: bool = False) -> Subject:
    profile = PROFILES[name][kind]
    machine = machine_for(kind, batches=profile.batches, opens=profile.opens)
    return Subject(
        machine=machine, commands=st.just(b"x"), queries=st.just("q"), profile=name,
        concurrent_hash=concurrent_hash,
    )  # fmt: skip


def met(subject: Subject, plans: int, *, seed: int = 1) -> set[Pair]:
    """Return the pairs that were inside a machine together over so many random plans."""
    rng = random.Random(seed)
    scheduler = RandomWalkScheduler(seed=seed, switch=0.3)
    with World(subject) as world:
        world.try_out()
        pairs_met()
        for number in range(plans):
            run = conduct(world, random_plan(rng), scheduler)
            assert run is not None
            assert run.execution is not None
            assert not run.execution.stuck
            if number % 100 == 0:
                world.folders.clear()
    return pairs_met()


@pytest.mark.parametrize(("name", "kind"), HOSTS)
def test_profile_lets_overlap_what_is_written_down(name: str, kind: Kind) -> None:
    profile = PROFILES[name][kind]
    for concurrent_hash in (False, True):
        said = profile.with_concurrent_hash() if concurrent_hash else profile
        pairs = {(min(pair), max(pair)) for pair in said.beside}
        assert pairs == allowed(name, kind, concurrent_hash=concurrent_hash)


@pytest.mark.parametrize(("name", "kind"), HOSTS)
def test_what_may_overlap_does_and_nothing_else(name: str, kind: Kind) -> None:
    plans = PLANS.get(name, PLANS_OF_OTHERS)
    assert met(subject_of(name, kind), plans) == allowed(name, kind)


@pytest.mark.parametrize("kind", Kind)
def test_hashes_overlap_updates_for_a_subject_that_says_so(kind: Kind) -> None:
    pairs = met(subject_of("dragonboat", kind, concurrent_hash=True), EXECUTIONS)
    assert pairs == allowed("dragonboat", kind, concurrent_hash=True)


@pytest.mark.parametrize(
    ("name", "kind", "pair"),
    [
        ("dragonboat", Kind.REGULAR, ("lookup", "update")),
        ("dragonboat", Kind.REGULAR, ("save", "update")),
        ("dragonboat", Kind.CONCURRENT, ("prepare", "update")),
        ("dragonboat", Kind.CONCURRENT, ("recover", "save")),
        ("dragonboat", Kind.CONCURRENT, ("hash", "close")),
        ("dragonboat", Kind.ON_DISK, ("prepare", "sync")),
        ("pysyncobj", Kind.REGULAR, ("save", "update")),
        ("hashicorp-raft", Kind.CONCURRENT, ("prepare", "recover")),
        ("cometbft", Kind.CONCURRENT, ("check_tx", "commit")),
        ("cometbft", Kind.CONCURRENT, ("lookup", "lookup")),
    ],
)
def test_a_gate_that_admits_one_pair_more_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str, kind: Kind, pair: Pair
) -> None:
    profile = PROFILES[name][kind]
    laxer = replace(profile, beside=profile.beside | {frozenset(pair)})
    monkeypatch.setitem(PROFILES[name], kind, laxer)
    more = met(subject_of(name, kind), EXECUTIONS) - allowed(name, kind)
    assert more == {(min(pair), max(pair))}


PLAN = Plan(
    LOG, ("q",),
    ((Update(0, 2), Update(2, 4)), (Prepare(), Save()), (Close(),), (Hash(), Lookup(0), Hash())),
)  # fmt: skip


def test_no_hash_is_asked_of_a_closed_machine() -> None:
    subject = Subject(machine=Concurrent, commands=st.just(b"x"), queries=st.just("q"))
    with World(subject) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=2)
        for _ in range(EXECUTIONS):
            run = conduct(world, PLAN, scheduler)
            assert run is not None
            [closed] = run.history.of(Close)
            assert all(call.began < closed.began for call in run.history.of(Hash))


def test_no_recover_comes_between_a_prepare_and_its_save() -> None:
    plan = Plan(
        LOG[:3], (), ((Update(0, 1), Recover(2), Update(2, 3)), (Prepare(), Prepare(), Save()), ())
    )
    subject = Subject(machine=Concurrent, commands=st.just(b"x"), queries=st.just("q"))
    after_abandoned = 0
    with World(subject) as world:
        world.try_out()
        scheduler = RandomWalkScheduler(seed=3)
        for _ in range(EXECUTIONS):
            run = conduct(world, plan, scheduler)
            assert run is not None
            [recover], [save] = run.history.of(Recover), run.history.of(Save)
            abandoned, saved = run.history.of(Prepare)
            assert recover.began < saved.began or recover.began > save.began
            after_abandoned += abandoned.began < recover.began < saved.began
    assert after_abandoned > 0
