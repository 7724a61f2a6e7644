"""A campaign on a real cluster: scheduler and three workers as processes on loopback, TLS on."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from smcheck.campaign.asked import Met, Stint
from smcheck.campaign.cluster.hands import ClusterHands
from smcheck.campaign.cluster.link import Link
from smcheck.campaign.cluster.place import Place
from smcheck.campaign.cluster.versions import versions_of
from smcheck.campaign.warden import MARK
from smcheck.cli.messages import Progress
from smcheck.cli.supervisor import Limits
from tests.campaign.cluster.cluster_here import (
    BOUND_S,
    ROOT,
    ClusterHere,
    children_of,
    cluster_here,
    command_of,
    environment,
    fuzz,
    kill,
    processes_with,
    wait_until,
)
from tests.campaign.cluster.stores import Outcome, findings_in, outcome_of, run_in

pytestmark = pytest.mark.dear

TARGETS = tuple(f"tests/buggy/{name}.py:subject" for name in ("torn_line", "exits_on_miss"))
DECISIONS = ("--seed", "7", "--schedules", "8", "--no-canary")
CHAINS = 3
PLANS_OF_CHAIN = 50
"""More than those of a chain's first stint: its second knows what the first one found."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterHere]:
    with cluster_here(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def by_shards(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What the same work comes to in shards, one job each, merged."""
    folder = tmp_path_factory.mktemp("shards")
    parts = [folder / str(number) for number in range(1, CHAINS + 1)]
    for number, part in enumerate(parts, 1):
        shard = fuzz(
            *TARGETS, *DECISIONS, "--max-examples", str(PLANS_OF_CHAIN), "--jobs", "1",
            "--shard", f"{number}/{CHAINS}", "--store", str(part),
        )  # fmt: skip
        assert finished(shard)[0] == 1
    subprocess.run(
        [sys.executable, "-m", "smcheck", "merge", *map(str, parts), "--into", str(folder / "all")],
        cwd=ROOT, env=environment(), check=True, capture_output=True,
    )  # fmt: skip
    return outcome_of(folder / "all", TARGETS)


def start(cluster: ClusterHere, store: Path, *more: str) -> subprocess.Popen[str]:
    """Start the work on the cluster."""
    return fuzz(
        *TARGETS, *DECISIONS, "--cluster", cluster.address, *cluster.tls, "--store", str(store),
        "--chains", str(CHAINS), "--max-examples", str(CHAINS * PLANS_OF_CHAIN), *more,
    )  # fmt: skip


def finished(campaign: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a campaign and return its exit status and what it printed."""
    out, err = campaign.communicate(timeout=500)
    return campaign.returncode, out, err


def test_cluster_finds_what_shards_find(
    cluster: ClusterHere, by_shards: Outcome, tmp_path: Path
) -> None:
    status, out, err = finished(start(cluster, tmp_path))
    assert (status, err) == (1, ""), out + cluster.log()
    assert f"6 jobs on {cluster.address}" in out
    assert outcome_of(tmp_path, TARGETS) == by_shards


def test_cluster_loses_and_doubles_nothing_when_a_worker_is_killed(
    cluster: ClusterHere, by_shards: Outcome, tmp_path: Path
) -> None:
    campaign = start(cluster, tmp_path)
    victim = cluster.workers[-1]
    wait_until(lambda: children_of(victim.pid), "work on the worker")
    orphans = children_of(victim.pid)
    kill(victim)
    wait_until(lambda: not any(map(command_of, orphans)), "the end of what it ran")
    replacement = cluster.start_worker()
    wait_until(lambda: children_of(replacement.pid), "work on the worker that came later")
    status, out, err = finished(campaign)
    assert (status, err) == (1, ""), out + cluster.log()
    assert outcome_of(tmp_path, TARGETS) == by_shards


def test_cluster_tells_a_finding_while_its_stint_goes_on(
    cluster: ClusterHere, tmp_path: Path
) -> None:
    target = "tests/buggy/torn_line.py:subject"
    mine = secrets.token_hex(8)
    stint = Stint(run=mine, target=target, chain=0, number=0, seed=1, plans=1_000_000)
    met: list[Met] = []
    (tmp_path / "running").mkdir()

    async def work(hands: ClusterHands) -> bool:
        with trio.move_on_after(BOUND_S) as scope:

            def hear(message: Met | Progress) -> None:
                if isinstance(message, Met):
                    met.append(message)
                    scope.cancel()

            await hands.work(stint, hear)
        return scope.cancelled_caught

    with Link(Place(cluster.address, *cluster.files)) as link:
        hands = ClusterHands(
            tmp_path, Limits(), marks={MARK: mine}, link=link,
            versions=versions_of([target], folder=ROOT),
        )  # fmt: skip
        assert trio.run(work, hands)
        wait_until(lambda: processes_with(f"{MARK}={mine}") == [], "the end of the stint")
    assert [one.sighting.finding.breach.clause for one in met] == ["BAT-6"]


def test_cluster_leaves_nothing_when_the_campaign_is_killed(
    cluster: ClusterHere, tmp_path: Path
) -> None:
    campaign = start(cluster, tmp_path)
    wait_until(lambda: any(children_of(one.pid) for one in cluster.workers), "work on a worker")
    campaign.kill()
    campaign.communicate()
    killed = run_in(tmp_path)
    mark = f"{MARK}={killed}"
    assert processes_with(mark) != []
    wait_until(lambda: processes_with(mark) == [], "the end of all that it began")
    # The next one on the same store goes on with it.
    status, out, err = finished(start(cluster, tmp_path))
    assert (status, err) == (1, ""), out + cluster.log()
    assert run_in(tmp_path) == killed


def test_cluster_finds_the_canary(cluster: ClusterHere, tmp_path: Path) -> None:
    campaign = fuzz(
        "tests/fixed/torn_line.py:subject", "--seed", "7", "--max-examples", "5",
        "--cluster", cluster.address, *cluster.tls, "--store", str(tmp_path),
    )  # fmt: skip
    status, out, err = finished(campaign)
    assert (status, err) == (0, ""), out + cluster.log()
    assert findings_in(tmp_path) == []


def test_cluster_replays_what_the_store_knows(cluster: ClusterHere, tmp_path: Path) -> None:
    words = (
        "tests/buggy/exits_on_miss.py:subject", *DECISIONS, "--max-examples", "25",
        "--store", str(tmp_path),
    )  # fmt: skip
    assert finished(fuzz(*words, "--jobs", "1"))[0] == 1
    status, out, err = finished(fuzz(*words, "--cluster", cluster.address, *cluster.tls))
    assert (status, err) == (0, ""), out + cluster.log()
    [found] = findings_in(tmp_path)
    assert found.replayed == "still fails"


def test_cluster_refuses_a_client_without_its_certificates(
    cluster: ClusterHere, tmp_path: Path
) -> None:
    campaign = fuzz(*TARGETS, "--cluster", cluster.address, "--store", str(tmp_path / "store"))
    status, out, err = finished(campaign)
    assert (status, out) == (2, "")
    assert err.startswith(f"smcheck: expected a Dask scheduler at {cluster.address}, could not ")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "store").exists()
