"""Which contents a loss of power may leave in a file."""

from __future__ import annotations

import pytest

from smcheck.host.lost_writes import Pending, UnsyncedFiles, losses, surviving
from smcheck.host.trees import Facts, Tree
from smcheck.runtime.file_calls import Change, FileCall

A, B, C = Pending(0, b"aa"), Pending(2, b"bb"), Pending(4, b"cc")
CUT = Pending(size=0)


@pytest.mark.parametrize(
    "durable, pending, lost, left",
    [
        (b"", (A, B, C), (), b"aabbcc"),
        (b"", (A, B, C), (0, 1, 2), b""),
        (b"", (A, B, C), (2,), b"aabb"),
        # One page: what was in it when a later write reached the disk is there too.
        (b"", (A, B, C), (0,), b"aabbcc"),
        (b"", (A, B, C), (1, 2), b"aa"),
        # A lost overwrite leaves the old bytes.
        (b"old!", (A,), (0,), b"old!"),
        (b"old!", (A,), (), b"aad!"),
        # Cut off, then written: never new bytes before an old end.
        (b"old!", (CUT, A), (), b"aa"),
        (b"old!", (CUT, A), (1,), b""),
        (b"old!", (CUT, A), (0,), b"aa"),
        (b"old!", (CUT, A), (0, 1), b"old!"),
        (b"old!", (Pending(size=6),), (), b"old!\0\0"),
    ],
)
def test_surviving(
    durable: bytes, pending: tuple[Pending, ...], lost: tuple[int, ...], left: bytes
) -> None:
    assert surviving(durable, pending, frozenset(lost)) == left


@pytest.mark.parametrize(
    "lost, left",
    [
        ((0,), b"\0\0bbcc"),
        ((1,), b"aa\0\0cc"),
        ((0, 1), b"\0\0\0\0cc"),
        ((2,), b"aabb"),
    ],
)
def test_writes_to_different_pages_are_lost_apart(lost: tuple[int, ...], left: bytes) -> None:
    assert surviving(b"", (A, B, C), frozenset(lost), page=2) == left


def test_write_over_two_pages_survives_in_the_one_that_was_written_again() -> None:
    pending = (Pending(0, b"aaaa"), Pending(3, b"b"))
    assert surviving(b"----", pending, frozenset({0}), page=2) == b"--ab"


def test_a_single_write_is_lost_as_a_whole() -> None:
    assert [(loss.lost, loss.text) for loss in losses([A])] == [
        (frozenset({0}), "lost its only unsynced write")
    ]


def test_some_of_several_writes_are_lost() -> None:
    assert [(sorted(loss.lost), loss.text) for loss in losses([CUT, A, B, C])] == [
        ([0, 1, 2, 3], "lost all 3 unsynced writes"),
        ([1, 2, 3], "lost all 3 unsynced writes, but was cut off before"),
        ([1, 2], "lost some of 3 unsynced writes before the last"),
        ([1], "lost the first of 3 unsynced writes"),
        ([3], "lost the last of 3 unsynced writes"),
        ([1, 2], "lost some of 3 unsynced writes"),
    ]


ONE, TWO = (1, 1), (1, 2)


def tree(**contents: bytes) -> Tree:
    """Return a tree of files whose inodes count from 1 in the order of their names."""
    facts = tuple(Facts((1, at + 1)) for at in range(len(contents)))
    return Tree(tuple(sorted(contents.items())), facts)


def write(file: tuple[int, int], offset: int, data: bytes, *, durable: bool = False) -> FileCall:
    return FileCall(
        "write", Change.WRITE, file=file, offset=offset, data=data, is_durable=durable
    )  # fmt: skip


SYNC = FileCall("os.fsync", Change.SYNC, file=ONE)


def lost(files: UnsyncedFiles, now: Tree) -> list[str]:
    return [
        f"{found.text}: {' '.join(c.decode() for _, c, _ in found.tree.files())}"
        for found in files.lost_trees(now)
    ]


def test_what_was_there_at_first_is_durable() -> None:
    files = UnsyncedFiles(tree(a=b"old"))
    assert lost(files, tree(a=b"old")) == []
    files.note(write(ONE, 3, b"+"))
    assert lost(files, tree(a=b"old+")) == ["a lost its only unsynced write: old"]


def test_sync_makes_durable_what_was_written_before_it() -> None:
    files = UnsyncedFiles(tree(a=b""))
    files.note(write(ONE, 0, b"1"))
    files.note(SYNC)
    files.note(write(ONE, 1, b"2"))
    assert lost(files, tree(a=b"12")) == ["a lost its only unsynced write: 1"]


@pytest.mark.parametrize(
    "call", [FileCall("os.sync", Change.SYNC), write(ONE, 1, b"2", durable=True)]
)  # fmt: skip
def test_other_ways_to_make_durable(call: FileCall) -> None:
    files = UnsyncedFiles(tree(a=b""))
    files.note(write(ONE, 0, b"1"))
    files.note(call)
    assert lost(files, tree(a=b"1" + call.data)) == []


def test_created_file_is_empty_when_it_loses_all() -> None:
    files = UnsyncedFiles(Tree())
    files.note(FileCall("open", Change.CREATE, file=ONE))
    files.note(write(ONE, 0, b"1"))
    assert lost(files, tree(fresh=b"1")) == ["fresh lost its only unsynced write: "]
    assert files.opaque == set()


def test_files_lose_alone_and_together() -> None:
    files = UnsyncedFiles(tree(a=b"", b=b""))
    files.note(write(ONE, 0, b"1"))
    files.note(write(TWO, 0, b"2"))
    assert lost(files, tree(a=b"1", b=b"2")) == [
        "a lost its only unsynced write:  2",
        "b lost its only unsynced write: 1 ",
        "a and b lost all unsynced writes:  ",
    ]


def test_what_nobody_told_of_is_durable_and_noted() -> None:
    files = UnsyncedFiles(tree(a=b""))
    files.note(write(ONE, 0, b"1"))
    assert lost(files, tree(a=b"1 and more", b=b"new")) == []
    assert files.opaque == {"a", "b"}
    files.note(write(ONE, 1, b"!"))
    assert lost(files, tree(a=b"1!and more", b=b"new")) == [
        "a lost its only unsynced write: 1 and more new"
    ]


def test_inode_that_is_used_again_is_another_file() -> None:
    files = UnsyncedFiles(tree(a=b"old"))
    files.compare(Tree())
    files.note(FileCall("open", Change.CREATE, file=ONE))
    files.note(write(ONE, 0, b"new"))
    assert lost(files, tree(a=b"new")) == ["a lost its only unsynced write: "]
