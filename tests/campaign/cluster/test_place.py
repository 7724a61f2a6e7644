"""Addresses of clusters and certificates, read and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.campaign.cluster.place import Place
from smcheck.errors import UsageError


@pytest.mark.parametrize(
    "address", ["", "host:8786", "http://host:8786", "tcp://host", "tcp://host:x", "tls://:8786/a"]
)
def test_place_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError, match=r"--cluster: expected the address of a Dask scheduler"):
        Place(address)


def test_place_refuses_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--tls-cert: expected a file in PEM format, found none"):
        Place("tls://host:8786", cert=tmp_path / "absent.pem")


@pytest.mark.parametrize("address, is_so", [("tls://[::1]:8786", True), ("tcp://host:8786", False)])
def test_place_is_encrypted_by_its_protocol(address: str, is_so: bool) -> None:
    assert Place(address).is_encrypted is is_so
