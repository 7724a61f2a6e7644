"""Workers whose code is not that of the campaign are refused, before anything runs and after."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import smcheck
from tests.campaign.cluster.cluster_here import ROOT, children_of, cluster_here, fuzz, wait_until

pytestmark = pytest.mark.dear

TARGET = "smcheck_trial.torn_line:subject"
DIGEST = r"2 source files, digest [0-9a-f]{16}"


def install(folder: Path, extra: str = "") -> Path:
    """Put a package with a machine into a folder."""
    package = folder / "smcheck_trial"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(extra)
    shutil.copy(ROOT / "tests/fixed/torn_line.py", package)
    return folder


def test_campaign_refuses_a_worker_with_other_code(tmp_path: Path) -> None:
    here, there = install(tmp_path / "here"), install(tmp_path / "there", "x = 1\n")
    with cluster_here(tmp_path / "cluster", workers=0, is_encrypted=False) as cluster:
        cluster.start_worker(cwd=there)
        campaign = fuzz(TARGET, "--cluster", cluster.address, cwd=here)
        out, err = campaign.communicate(timeout=100)
    assert (campaign.returncode, out) == (2, "")
    assert re.fullmatch(
        r"smcheck: the worker tcp://127\.0\.0\.1:\d+: expected the code of smcheck_trial to be "
        rf"{DIGEST} as it is here, got {DIGEST}: install the same on both sides and start that "
        r"process again\n",
        err,
    ), err
    assert not (here / ".smcheck").exists()


def test_campaign_refuses_a_worker_with_another_smcheck(tmp_path: Path) -> None:
    here, old = install(tmp_path / "here"), tmp_path / "old"
    shutil.copytree(ROOT / "smcheck", old / "smcheck", ignore=shutil.ignore_patterns("__pycache__"))
    (old / "smcheck" / "_version.py").write_text('"""Old."""\n\n__version__ = "0.0.1"\n')
    path = f"{old}:{ROOT / 'strategies'}"
    with cluster_here(tmp_path / "cluster", workers=0, is_encrypted=False) as cluster:
        cluster.start_worker(cwd=here, variables={"PYTHONPATH": path})
        campaign = fuzz(TARGET, "--cluster", cluster.address, cwd=here)
        out, err = campaign.communicate(timeout=100)
    assert (campaign.returncode, out) == (2, "")
    assert re.fullmatch(
        r"smcheck: the worker tcp://127\.0\.0\.1:\d+: expected smcheck to be "
        rf"{re.escape(smcheck.__version__)} as it is here, got 0\.0\.1: install .*\n",
        err,
    ), err


def test_campaign_ends_when_a_worker_with_other_code_comes_later(tmp_path: Path) -> None:
    here, there = install(tmp_path / "here"), install(tmp_path / "there", "x = 1\n")
    with cluster_here(tmp_path / "cluster", workers=0, is_encrypted=False) as cluster:
        worker = cluster.start_worker(cwd=here)
        campaign = fuzz(
            TARGET, "--cluster", cluster.address, "--chains", "4", "--time", "10m",
            "--no-canary", "--seed", "7", cwd=here,
        )  # fmt: skip
        wait_until(lambda: children_of(worker.pid), "work on the worker")
        cluster.start_worker(cwd=there)
        _, err = campaign.communicate(timeout=300)
    assert campaign.returncode == 2
    [line] = err.splitlines()
    assert re.fullmatch(
        r"smcheck: the worker tcp://127\.0\.0\.1:\d+: expected the code of smcheck_trial to be "
        rf"{DIGEST} as it is here, got {DIGEST}: install .*",
        line,
    ), err


def test_campaign_says_that_nobody_is_at_the_address(tmp_path: Path) -> None:
    here = install(tmp_path / "here")
    campaign = fuzz(TARGET, "--cluster", "tcp://127.0.0.1:1", cwd=here)
    out, err = campaign.communicate(timeout=100)
    assert (campaign.returncode, out) == (2, "")
    assert err.startswith("smcheck: expected a Dask scheduler at tcp://127.0.0.1:1, could not ")
    assert len(err.splitlines()) == 1
