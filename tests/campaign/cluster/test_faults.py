"""Clusters that fail a campaign: the scheduler dies, or more workers do than Dask allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.campaign.store import Store
from smcheck.campaign.warden import MARK
from tests.campaign.cluster.cluster_here import (
    children_of,
    cluster_here,
    fuzz,
    kill,
    processes_with,
    wait_until,
)
from tests.campaign.cluster.stores import run_in

pytestmark = pytest.mark.dear

TARGET = "tests/fixed/torn_line.py:subject"


def test_campaign_says_that_the_scheduler_is_gone(tmp_path: Path) -> None:
    with cluster_here(tmp_path / "cluster", workers=1) as cluster:
        campaign = fuzz(
            TARGET, "--cluster", cluster.address, *cluster.tls, "--time", "10m", "--no-canary",
            "--seed", "7", "--store", str(tmp_path / "store"),
        )  # fmt: skip
        wait_until(lambda: children_of(cluster.workers[0].pid), "work on the worker")
        kill(cluster.scheduler)
        _, err = campaign.communicate(timeout=200)
        assert campaign.returncode == 2
        [line] = err.splitlines()
        assert line == (
            f"smcheck: expected the scheduler {cluster.address} to stay, it is gone: what was "
            "found is in the store; start it and the campaign again"
        )
        mark = f"{MARK}={run_in(tmp_path / 'store')}"
        wait_until(lambda: processes_with(mark) == [], "the end of all that it began")


def test_campaign_notes_what_the_cluster_lost_and_goes_on(tmp_path: Path) -> None:
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with cluster_here(tmp_path / "cluster", workers=1, variables=allowed) as cluster:
        campaign = fuzz(
            TARGET, "--cluster", cluster.address, *cluster.tls, "--max-examples", "50",
            "--no-canary", "--seed", "7", "--store", str(tmp_path / "store"),
        )  # fmt: skip
        wait_until(lambda: children_of(cluster.workers[0].pid), "work on the worker")
        kill(cluster.workers[0])
        cluster.start_worker()
        out, err = campaign.communicate(timeout=200)
        assert (campaign.returncode, err) == (0, ""), out + cluster.log()
    with Store.open(tmp_path / "store") as store:
        [run] = store.runs()
        [lost] = store.lost(run.id)
        assert lost.how == "the cluster lost it: one worker after the other that had it is no more"
        # The second stint of the chain came to its end.
        assert sum(one.effort.plans for one in store.progress(run.id)) >= 25
