"""Witnesses of a store as files: whole, under names of their own, and not written for nothing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from smcheck._witness_names import witnesses_in
from smcheck.campaign.store import Store, write_witnesses
from smcheck.errors import UsageError
from tests.campaign.store.made import TARGET, A, filled, sighting, signature

ONE = signature("one")
NAME = f"stock-UPD-1-{ONE}.json"


def test_witness_is_written_under_its_name(tmp_path: Path) -> None:
    with Store.open(filled(tmp_path / "store", A, sighting())) as store:
        found = write_witnesses(store, tmp_path / "w")
    assert found == {(TARGET, ONE): tmp_path / "w" / NAME}
    assert (tmp_path / "w" / NAME).read_bytes() == b"witness of one"
    assert [one.signature for one in witnesses_in(tmp_path / "w", "stock")] == [ONE]


def test_finding_without_a_witness_has_no_file(tmp_path: Path) -> None:
    with Store.open(filled(tmp_path / "store", A, sighting(witness=b""))) as store:
        assert write_witnesses(store, tmp_path / "w") == {}
    assert list((tmp_path / "w").iterdir()) == []


def test_file_that_is_there_is_left(tmp_path: Path) -> None:
    with Store.open(filled(tmp_path / "store", A, sighting())) as store:
        write_witnesses(store, tmp_path / "w")
        os.utime(tmp_path / "w" / NAME, (5, 5))
        write_witnesses(store, tmp_path / "w")
    assert (tmp_path / "w" / NAME).stat().st_mtime == 5


def test_file_that_is_another_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / NAME).write_text("half of a wit")
    with Store.open(filled(tmp_path / "store", A, sighting())) as store:
        write_witnesses(store, tmp_path / "w")
    assert (tmp_path / "w" / NAME).read_bytes() == b"witness of one"


def test_subjects_of_one_name_do_not_share_a_file(tmp_path: Path) -> None:
    copy = sighting(target="copy.py:stock", witness=b"of the copy")
    with Store.open(filled(tmp_path / "store", A, sighting(), copy)) as store:
        found = write_witnesses(store, tmp_path / "w")
    assert [path.name for path in found.values()] == [NAME, f"stock-UPD-1-{ONE}-c41f5166.json"]
    assert [path.read_bytes() for path in found.values()] == [b"witness of one", b"of the copy"]


def test_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        Store.open(filled(tmp_path / "store", A, sighting())) as store,
        pytest.raises(UsageError, match="could not: "),
    ):
        write_witnesses(store, tmp_path / "file" / "w")


def test_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "store", A, sighting())
    with closing(sqlite3.connect(tmp_path / "store" / "store.db", isolation_level=None)) as db:
        for change in (
            "PRAGMA foreign_keys = OFF",
            "UPDATE aliases SET signature = '/../../x'",
            "UPDATE traits SET signature = '/../../x'",
            "UPDATE findings SET name = '/../../x'",
        ):
            db.execute(change)
    with (
        Store.open(tmp_path / "store") as store,
        pytest.raises(UsageError, match=r"is damaged: a finding is called '/\.\./\.\./x'"),
    ):
        write_witnesses(store, tmp_path / "w")
