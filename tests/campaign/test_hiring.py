"""Options about who does the work: what does not fit together, and what is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from smcheck.campaign.cluster.place import Place
from smcheck.campaign.hiring import hiring
from smcheck.campaign.orders import Orders
from smcheck.cli.app import run
from smcheck.errors import UsageError

TARGET = "tests/fixed/torn_line.py:subject"
ORDERS = Orders((TARGET,), Path("store"))


@pytest.mark.parametrize(
    "words, said",
    [
        (["--cluster", "tcp://h:1", "--jobs", "2"], "expected --jobs without --cluster, got both"),
        (["--tls-key", "key.pem"], "expected --cluster beside the --tls options, got none"),
        (["--cluster", "h:1"], "--cluster: expected the address of a Dask scheduler"),
        (["--chains", "0"], "expected a whole number from 1 to 10,000, got '0'"),
    ],
)
def test_fuzz_refuses_options_that_do_not_fit(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fuzz", TARGET, *words]) == 2
    assert said in capsys.readouterr().err


def test_cluster_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.startswith("smcheck.campaign.cluster.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"--cluster: .* pip install 'smcheck\[cluster\]'$"),
        hiring(ORDERS, place=Place("tcp://h:1")),
    ):
        pass


def test_redis_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "hypothesis.extra.redis", raising=False)
    monkeypatch.setitem(sys.modules, "redis", None)
    with (
        pytest.raises(UsageError, match=r"--database: .* pip install 'smcheck\[redis\]'$"),
        hiring(ORDERS, database="redis://h:1"),
    ):
        pass


def test_folder_is_shared_without_an_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with hiring(ORDERS, database=str(tmp_path)) as (orders, _):
        assert orders == ORDERS
