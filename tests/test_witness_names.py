"""Names of witness files: what a folder holds for one subject, without reading any."""

from __future__ import annotations

from pathlib import Path

from smcheck._witness_names import name_for, witnesses_in


def test_finds_what_it_named(tmp_path: Path) -> None:
    name = name_for("My store/2", "LKP-1", "0123456789ab")
    assert name == "My-store-2-LKP-1-0123456789ab.json"
    (tmp_path / name).touch()
    [found] = witnesses_in(tmp_path, "My store/2")
    assert (found.path, found.clause, found.signature) == (
        tmp_path / name, "LKP-1", "0123456789ab",
    )  # fmt: skip


def test_leaves_what_is_of_other_subjects_or_no_witness(tmp_path: Path) -> None:
    for name in ("Other-LKP-1-0123456789ab.json", "Store-LKP-1.json", "Store-LKP-1-xyz.json",
                 "Store-2-LKP-1-0123456789ab.json", ".witness-abc"):  # fmt: skip
        (tmp_path / name).touch()
    assert witnesses_in(tmp_path, "Store") == []


def test_finds_nothing_where_there_is_no_folder(tmp_path: Path) -> None:
    assert witnesses_in(tmp_path / "none", "Store") == []
