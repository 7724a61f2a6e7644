"""Files are written whole or not at all, and what cannot work is refused beforehand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smcheck.errors import UsageError
from smcheck.report.files import require_folder, require_writable, write_whole


def test_require_writable_leaves_nothing_behind(tmp_path: Path) -> None:
    require_writable(tmp_path / "a.json", "--json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/a.json", ".", "a\0b"])
def test_require_writable_refuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="--json: expected a file that can be written"):
        require_writable(tmp_path / name, "--json")


def test_write_whole_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")
    file.chmod(0o640)
    write_whole(file, b"new", option="--json")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_write_whole_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new", option="--json")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_write_whole_does_not_replace_a_device(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"new", option="--json")
        assert os.read(reader, 10) == b"new"
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_require_folder_makes_nothing(tmp_path: Path) -> None:
    require_folder(tmp_path / "a" / "b", "--witness")
    assert list(tmp_path.iterdir()) == []


def test_require_folder_refuses_what_is_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="--witness: expected a folder"):
        require_folder(tmp_path / "file" / "below", "--witness")
