"""A folder's content as a value: read it, compare it, put it in place of a folder.

Reads while the owner of the folder may be at work: what vanishes meanwhile was not there.
Knows nothing of machines.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from smcheck.runtime import real
from smcheck.runtime.file_calls import Identity

ALWAYS_READ_BYTES = 1 << 16
"""A folder with no more than that is read each time: times do not tell all changes."""

SETTLED_NS = 50_000_000
"""How old a change has to be before another one is sure to have another time.

Times of files are those of the last tick of the clock, 1 to 10 ms ago.
"""

LIMIT_BYTES = 1 << 23
"""A folder with more than that is not read."""


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link and where it points."""

    target: str


Content = bytes | Link | None
"""The bytes of a file, a symbolic link, ``None`` for a folder."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What else there is about an entry; not part of a tree's value.

    Attributes:
        file: Device and inode.
        mode: Permission bits.
        mtime_ns: When it was changed last: some machines take the newest of their files.
    """

    file: Identity = (0, 0)
    mode: int = 0o644
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """What a folder holds.

    Attributes:
        entries: Relative path with slashes, and content; sorted, so a folder comes before what
            it holds.
        facts: One per entry, or none at all for a tree that was never on a disk.
    """

    entries: tuple[tuple[str, Content], ...] = ()
    facts: tuple[Facts, ...] = field(default=(), compare=False, repr=False)

    def files(self) -> Iterator[tuple[str, bytes, Identity]]:
        """Yield path, content and identity of each file; names of one file share the last."""
        for (path, content), facts in zip(self.entries, self.facts, strict=True):
            if isinstance(content, bytes):
                yield path, content, facts.file

    def with_contents(self, contents: Mapping[Identity, bytes]) -> Tree:
        """Return the tree with other contents of some files, told by their identity."""
        entries = tuple(
            (path, contents.get(facts.file, content) if isinstance(content, bytes) else content)
            for (path, content), facts in zip(self.entries, self.facts, strict=True)
        )
        return replace(self, entries=entries)


def changed_paths(old: Tree, new: Tree) -> list[str]:
    """Return the paths at which two trees differ, sorted."""
    before, after = dict(old.entries), dict(new.entries)
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )


class Cache:
    """Contents that were read already, so that reading a folder again costs little.

    Serves one folder. A content is taken from here if its file's size and times are the same
    and were old already when it was read, and the folder is not small.
    """

    def __init__(self) -> None:
        self._known: dict[Identity, tuple[tuple[int, ...], bytes]] = {}
        self._next: dict[Identity, tuple[tuple[int, ...], bytes]] = {}

    def begin(self) -> None:
        """Forget what the next reading does not come upon."""
        self._known, self._next = self._next or self._known, {}

    def content(self, path: str, status: os.stat_result, *, trusts_times: bool) -> bytes:
        """Return what a file holds."""
        file = (status.st_dev, status.st_ino)
        key = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        known_key, known = self._known.get(file, ((), b""))
        if trusts_times and known_key == key:
            self._next[file] = (key, known)
            return known
        is_settled = max(key[1:]) + SETTLED_NS < real.time_ns()
        data = _read(path, status.st_size)
        # The same object again: then trees share it, and comparing them takes no time.
        data = known if data == known else data
        self._next[file] = (key if is_settled else (), data)
        return data


def read_tree(folder: Path, cache: Cache | None = None, *, thorough: bool = False) -> Tree | None:
    """Return what a folder holds now, ``None`` if that is too much to copy.

    A missing folder reads as an empty one. Sockets, pipes and devices are left out, and so is
    what cannot be read. Names that are no text cannot be told to other processes, and are too
    much. Raises nothing.

    Args:
        folder: Where to look.
        cache: Of this folder alone.
        thorough: Read every file, whatever its times say.
    """
    cache = Cache() if cache is None else cache
    cache.begin()
    found = sorted(row for row in _scan(os.fspath(folder), "") if _is_kept(row[2].st_mode))
    sizes = sum(status.st_size for _, _, status in found)
    if sizes > LIMIT_BYTES or not all(map(_is_text, (path for path, _, _ in found))):
        return None
    trusts_times = not thorough and sizes > ALWAYS_READ_BYTES
    entries: list[tuple[str, Content]] = []
    facts: list[Facts] = []
    for path, place, status in found:
        try:
            content = _content(place, status, cache=cache, trusts_times=trusts_times)
        except OSError:
            continue
        entries.append((path, content))
        file = (status.st_dev, status.st_ino)
        facts.append(Facts(file, stat.S_IMODE(status.st_mode), status.st_mtime_ns))
    return Tree(tuple(entries), tuple(facts))


def _scan(folder: str, prefix: str) -> Iterator[tuple[str, str, os.stat_result]]:
    """Yield relative path, place and status of everything below a folder."""
    try:
        with os.scandir(folder) as found:
            inside = list(found)
    except OSError:
        return
    for entry in inside:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        path = prefix + entry.name
        yield path, entry.path, status
        if stat.S_ISDIR(status.st_mode):
            yield from _scan(entry.path, f"{path}/")


def _is_text(path: str) -> bool:
    return path.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in path)


def _is_kept(mode: int) -> bool:
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


def _content(place: str, status: os.stat_result, *, cache: Cache, trusts_times: bool) -> Content:
    if stat.S_ISDIR(status.st_mode):
        return None
    if stat.S_ISLNK(status.st_mode):
        return Link(os.readlink(place))
    return cache.content(place, status, trusts_times=trusts_times)


def _read(place: str, size: int) -> bytes:
    # An empty file is not opened: closing it would drop the machine's POSIX lock on it.
    if not size:
        return b""
    fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        data = b""
        while len(more := os.read(fd, size + 1)) > size:
            data += more
        data += more
        return data
    finally:
        os.close(fd)


def write_tree(tree: Tree, folder: Path) -> None:
    """Make a folder hold a tree and nothing else; the folder itself stays, or is made.

    Raises:
        OSError: What is there cannot be removed, or what shall be there not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _empty(folder)
    facts = tree.facts or (Facts(),) * len(tree.entries)
    for path, content in tree.entries:
        place = os.path.join(folder, path)
        if isinstance(content, Link):
            os.symlink(content.target, place)
        elif content is None:
            os.mkdir(place)
        else:
            _write(place, content)
    # Folders last, and the innermost first: making what is in them changes their times.
    for (path, content), known in reversed(list(zip(tree.entries, facts, strict=True))):
        if tree.facts and not isinstance(content, Link):
            place = os.path.join(folder, path)
            os.chmod(place, known.mode)
            os.utime(place, ns=(known.mtime_ns, known.mtime_ns))


def _empty(folder: Path) -> None:
    with os.scandir(folder) as found:
        inside = list(found)
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


def _write(place: str, content: bytes) -> None:
    fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
    finally:
        os.close(fd)
