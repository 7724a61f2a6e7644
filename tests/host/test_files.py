"""External files are linked when a save has returned and copied for each recover."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.finding import Breach
from smcheck.host.files import FileCollection, LinkedFile, hand_over, look
from smcheck.host.folders import Folders


@pytest.fixture
def folders() -> Folders:
    """Return a place for the links."""
    return Folders()


def link(folders: Folders, *paths: Path) -> tuple[tuple[LinkedFile, ...], Breach | None]:
    """Add files and link them as the host does."""
    files = FileCollection()
    for number, path in enumerate(paths):
        files.add(number, path, b"about it")
    return files._link(folders)


def test_linked_file_survives_the_removal_of_the_original(folders: Folders, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"rows")
    linked, breach = link(folders, path)
    path.unlink()
    assert breach is None
    [given] = hand_over(linked, folders)
    assert (given.file_id, given.path.read_bytes(), given.metadata) == (0, b"rows", b"about it")
    assert given.path != linked[0].file.path
    folders.clear()


def test_what_recover_does_with_a_file_is_its_own_affair(folders: Folders, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"rows")
    linked, _ = link(folders, path)
    hand_over(linked, folders)[0].path.unlink()
    assert hand_over(linked, folders)[0].path.read_bytes() == b"rows"
    folders.clear()


def test_file_that_is_no_file_is_left_out_and_told(folders: Folders, tmp_path: Path) -> None:
    linked, breach = link(folders, tmp_path / "missing", tmp_path)
    assert linked == ()
    assert breach is not None
    assert breach.clause == "FIL-1"
    assert breach.locations[0].function == "link"
    folders.clear()


@pytest.mark.parametrize("replaced", [True, False])
def test_file_written_anew_in_place_is_seen_later_and_a_new_one_is_not(
    folders: Folders, tmp_path: Path, replaced: bool
) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"rows")
    [linked], _ = link(folders, path)
    if replaced:
        (tmp_path / "new").write_bytes(b"other")
        (tmp_path / "new").replace(path)
    else:
        path.write_bytes(b"other")
    assert (linked.later() is None) is replaced
    folders.clear()


def test_looks_tell_files_from_folders_and_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    paths = (tmp_path, tmp_path / "empty", tmp_path / "none", Path("a\0b"), Path("/dev/null"))
    assert [look(path).what for path in paths] == [
        "folder", "empty file", "nothing", "nothing", "special file",
    ]  # fmt: skip
