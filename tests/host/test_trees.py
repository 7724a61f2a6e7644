"""What a folder holds is read as a value and put back as it was."""

from __future__ import annotations

import fcntl
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck.host import trees
from smcheck.host.trees import Cache, Link, Tree, changed_paths, read_tree, write_tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    (made / "sub" / "empty").mkdir(parents=True)
    (made / "sub.log").write_bytes(b"")
    (made / "sub" / "a").write_bytes(b"\x00\xff")
    (made / "link").symlink_to("sub/a")
    (made / "lost").symlink_to("nowhere")
    return made


ENTRIES = (
    ("link", Link("sub/a")),
    ("lost", Link("nowhere")),
    ("sub", None),
    ("sub.log", b""),
    ("sub/a", b"\x00\xff"),
    ("sub/empty", None),
)


def read(folder: Path, cache: Cache | None = None) -> Tree:
    tree = read_tree(folder, cache)
    assert tree is not None
    return tree


def test_tree_is_everything_in_order(folder: Path) -> None:
    assert read(folder).entries == ENTRIES


def test_tree_is_put_in_place_of_what_is_there(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "sub.log" / "deep").mkdir(parents=True)
    (other / "sub").symlink_to(folder)
    (other / "x").write_bytes(b"x")
    tree, inode = read(folder), other.stat().st_ino
    write_tree(tree, other)
    assert read(other) == tree
    assert other.stat().st_ino == inode
    assert read(folder) == tree


def test_tree_makes_a_folder_that_is_missing(tmp_path: Path) -> None:
    write_tree(Tree((("a", b"1"),)), tmp_path / "x" / "y")
    assert (tmp_path / "x" / "y" / "a").read_bytes() == b"1"


def test_modes_and_times_are_kept_and_no_part_of_the_value(folder: Path, tmp_path: Path) -> None:
    (folder / "sub.log").chmod(0o400)
    os.utime(folder / "sub" / "a", ns=(5, 7))
    os.utime(folder / "sub", ns=(5, 6))
    write_tree(read(folder), tmp_path / "copy")
    assert (tmp_path / "copy" / "sub.log").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "copy" / "sub" / "a").stat().st_mtime_ns == 7
    assert (tmp_path / "copy" / "sub").stat().st_mtime_ns == 6
    before = read(folder)
    os.utime(folder / "sub" / "a", ns=(5, 8))
    assert read(folder) == before
    assert hash(read(folder)) == hash(before)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: (f / "sub" / "a").write_bytes(b"\x00\xfe"),
        lambda f: (f / "sub.log").unlink(),
        lambda f: (f / "sub" / "empty").rmdir(),
        lambda f: (f / "sub" / "empty" / "x").touch(),
        lambda f: ((f / "link").unlink(), (f / "link").symlink_to("sub")),
        lambda f: (f / "sub.log").rename(f / "sub.lag"),
    ],
)
def test_each_change_makes_another_tree(folder: Path, change: Callable[[Path], Any]) -> None:
    cache = Cache()
    before = read(folder, cache)
    change(folder)
    assert read(folder, cache) != before


def test_missing_folder_reads_as_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == Tree()


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        assert read(tmp_path) == Tree()


def test_what_vanishes_was_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = trees._content

    def vanish(place: str, status: os.stat_result, **how: Any) -> Any:
        if place.endswith("/a"):
            os.unlink(place)
        return real(place, status, **how)

    monkeypatch.setattr(trees, "_content", vanish)
    assert [path for path, _ in read(folder).entries] == [
        "link", "lost", "sub", "sub.log", "sub/empty",
    ]  # fmt: skip


def test_too_much_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    os.truncate(tmp_path / "a", trees.LIMIT_BYTES + 1)
    assert read_tree(tmp_path) is None


def test_names_that_are_no_text_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "\u00e9").touch()
    assert read_tree(tmp_path) is not None
    (tmp_path / os.fsdecode(b"\xe9")).touch()
    assert read_tree(tmp_path) is None


@pytest.mark.parametrize("size", [10, 200_000])
def test_change_within_one_tick_of_the_clock_is_seen(tmp_path: Path, size: int) -> None:
    cache, path = Cache(), tmp_path / "a"
    for fill in (b"a", b"b", b"c", b"d"):
        path.write_bytes(fill * size)
        assert read(tmp_path, cache).entries == (("a", fill * size),)


def test_change_through_a_mapping_is_seen_in_a_small_folder(tmp_path: Path) -> None:
    cache, path = Cache(), tmp_path / "a"
    path.write_bytes(b"old")
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 3) as mapped:
        for fill in (b"one", b"two"):
            mapped[:] = fill
            assert read(tmp_path, cache).entries == (("a", fill),)


def test_large_old_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"x" * 100_000)
    reads: list[str] = []
    real_read = trees._read

    def noted(place: str, size: int) -> bytes:
        reads.append(place[-1])
        return real_read(place, size)

    monkeypatch.setattr(trees, "SETTLED_NS", -(1 << 62))
    monkeypatch.setattr(trees, "_read", noted)
    cache = Cache()
    first, again = read(tmp_path, cache), read(tmp_path, cache)
    assert reads == ["a", "b"]
    assert again.entries[0][1] is first.entries[0][1]
    (tmp_path / "b").write_bytes(b"x" * 100_001)
    changed = read(tmp_path, cache)
    assert (reads, len(dict(changed.entries)["b"] or b"")) == (["a", "b", "b"], 100_001)  # type: ignore[arg-type]  # bytes
    read_tree(tmp_path, cache, thorough=True)
    assert reads == ["a", "b", "b", "a", "b"]


def test_reading_keeps_the_lock_on_an_empty_file(tmp_path: Path) -> None:
    asks = (
        "import fcntl, sys\n"
        "fcntl.lockf(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    )  # fmt: skip
    with (tmp_path / "LOCK").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        read(tmp_path)
        asked = subprocess.run(
            [sys.executable, "-c", asks, str(tmp_path / "LOCK")], capture_output=True
        )
    assert b"BlockingIOError" in asked.stderr


def test_names_of_one_file_change_together(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    (tmp_path / "c").write_bytes(b"old")
    tree = read(tmp_path)
    [(_, _, file), *_] = tree.files()
    other = tree.with_contents({file: b"new"})
    assert other.entries == (("a", b"new"), ("b", b"new"), ("c", b"old"))
    assert changed_paths(tree, other) == ["a", "b"]


def test_tree_crosses_a_process(folder: Path) -> None:
    tree = read(folder)
    back = msgspec.json.decode(msgspec.json.encode(tree), type=Tree)
    assert (back, back.facts) == (tree, tree.facts)
