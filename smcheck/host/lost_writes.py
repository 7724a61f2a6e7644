"""What a loss of power may take from files: writes that no fsync has made durable.

Names are as the process left them: creations, renames and removals are durable in their order
and at once. Of each file's contents that is durable which was there at its last fsync, and any of
the writes since then may be lost. Two limits keep to what disks do: a page reaches the disk with
everything that was written to it until then, and a file that was cut off has been cut off before
what was written to it later. Pure, but for what it is told; knows no machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smcheck.finding import Location
from smcheck.host.trees import Tree
from smcheck.runtime.file_calls import Change, FileCall, Identity

PAGE_BYTES = 4096
LIMIT_FILES = 8
"""Files of one moment whose losses are tried one by one, in order of their paths."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A change of a file's content that is not durable: a write, or a truncate to ``size``.

    Attributes:
        at: Line of the machine that made it, as far as it is known.
    """

    offset: int = 0
    data: bytes = b""
    size: int | None = None
    at: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Loss:
    """What one file loses: positions in its pending changes, and a text for people."""

    lost: frozenset[int]
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LostTree:
    """A folder after a loss of power; ``text`` says which files lost what.

    Attributes:
        at: Line that made the last of the lost changes, of several files in the first one.
    """

    tree: Tree
    kind: str
    text: str
    at: Location | None = None


def surviving(
    durable: bytes, pending: Sequence[Pending], lost: frozenset[int], *, page: int = PAGE_BYTES
) -> bytes:
    """Return what a file holds after some of its pending changes were lost.

    Args:
        durable: What it holds if all are lost.
        pending: In the order they were made.
        lost: Positions of those that are lost; what must survive with a later one does.
        page: Bytes that reach the disk together.
    """
    kept = [i for i in range(len(pending)) if i not in lost]
    last = kept[-1] if kept else -1
    touched = {p: i for i in kept for p in _pages(pending[i], page)}
    content = bytearray(durable)
    for i, change in enumerate(pending):
        if change.size is not None:
            if i <= last:
                resize(content, change.size)
        elif i not in lost:
            patch(content, change.offset, change.data)
        else:
            for p in _pages(change, page):
                if touched.get(p, -1) > i:
                    start = max(change.offset, p * page)
                    stop = (p + 1) * page - change.offset
                    patch(content, start, change.data[start - change.offset : stop])
    return bytes(content)


def _pages(change: Pending, page: int) -> range:
    if change.size is not None or not change.data:
        return range(0)
    return range(change.offset // page, (change.offset + len(change.data) - 1) // page + 1)


def patch(content: bytearray, offset: int, data: bytes) -> None:
    """Write into a content; what lies between its end and ``offset`` is zeros."""
    if len(content) < offset:
        resize(content, offset)
    content[offset : offset + len(data)] = data


def resize(content: bytearray, size: int) -> None:
    """Cut a content off, or make it longer by zeros."""
    if size <= len(content):
        del content[size:]
    else:
        content += bytes(size - len(content))


def losses(pending: Sequence[Pending]) -> list[Loss]:
    """Return which changes are tried as lost, for pending ones that are not none."""
    writes = [i for i, change in enumerate(pending) if change.size is None]
    count = len(writes)
    every = frozenset(range(len(pending)))
    if not writes:
        return [Loss(every, "all", "was not cut off yet")]
    if count == 1:
        all_text, data_text = "lost its only unsynced write", "lost its only unsynced write"
    else:
        all_text = data_text = f"lost all {count} unsynced writes"
    found = [Loss(every, "all", all_text)]
    if len(writes) < len(pending):
        found.append(Loss(frozenset(writes), "data", f"{data_text}, but was cut off before"))
    if count > 1:
        some = frozenset(w for w, bit in zip(writes, _bits(pending, count), strict=True) if bit)
        found += [
            Loss(
                frozenset(writes[:-1]),
                "first",
                f"lost some of {count} unsynced writes before the last",
            ),
            Loss(frozenset(writes[:1]), "one", f"lost the first of {count} unsynced writes"),
            Loss(frozenset(writes[-1:]), "last", f"lost the last of {count} unsynced writes"),
            Loss(some, "some", f"lost some of {count} unsynced writes"),
        ]
    return found


def _bits(pending: Sequence[Pending], count: int) -> list[bool]:
    """Return a choice that depends on the changes alone."""
    seed = hashlib.sha256()
    for change in pending:
        seed.update(f"{change.offset} {len(change.data)} {change.size};".encode() + change.data)
    stream = hashlib.shake_256(seed.digest()).digest(count)
    return [bool(byte & 1) for byte in stream]


@dataclass(slots=True)
class _File:
    """One file: durable content, changes since, and what both give."""

    durable: bytes
    current: bytearray
    pending: list[Pending] = field(default_factory=list)

    def change(self, change: Pending) -> None:
        self.pending.append(change)
        if change.size is None:
            patch(self.current, change.offset, change.data)
        else:
            resize(self.current, change.size)

    def sync(self) -> None:
        if self.pending:
            self.durable = bytes(self.current)
            self.pending.clear()

    def is_as_told(self, content: bytes) -> bool:
        return self.current == content

    def lost(self) -> Iterator[tuple[Loss, bytes]]:
        """Yield each distinct content that differs from the present one."""
        seen = {bytes(self.current)}
        for loss in losses(self.pending):
            content = surviving(self.durable, self.pending, loss.lost)
            if content not in seen:
                seen.add(content)
                yield loss, content


class UnsyncedFiles:
    """The files of one folder, told apart by device and inode.

    Attributes:
        opaque: Paths of files that something changed whose calls are not told of.
    """

    def __init__(self, tree: Tree) -> None:
        self._files = {f: _File(c, bytearray(c)) for _, c, f in tree.files()}
        self.opaque: set[str] = set()

    def note(self, call: FileCall, *, at: Location | None = None) -> None:
        """Take in a call that has returned, made at a line; may be called from any thread."""
        if call.change is Change.SYNC and call.file is None:
            for file in tuple(self._files.values()):
                file.sync()
        if call.file is None:
            return
        if call.change is Change.CREATE:
            self._files[call.file] = _File(b"", bytearray())
            return
        known = self._files.get(call.file)
        if known is None:
            return  # ``compare`` comes upon it
        if call.change is Change.WRITE:
            known.change(Pending(call.offset, call.data, at=at))
        elif call.change is Change.TRUNCATE:
            known.change(Pending(size=call.size, at=at))
        if call.change is Change.SYNC or call.is_durable:
            known.sync()

    def compare(self, tree: Tree) -> None:
        """Hold what was told against what the folder holds; what was not told is durable."""
        files: dict[Identity, tuple[str, bytes]] = {}
        for path, content, file in tree.files():
            files.setdefault(file, (path, content))
        for file, (path, content) in files.items():
            known = self._files.get(file)
            if known is None or not known.is_as_told(content):
                self._files[file] = _File(content, bytearray(content))
                if content or known is not None:
                    self.opaque.add(path)
        for file in self._files.keys() - files.keys():
            self._files.pop(file, None)

    def lost_trees(self, tree: Tree) -> Iterator[LostTree]:
        """Yield the folder as a loss of power may leave it, ``tree`` being what it holds now.

        First each file loses something alone, then all lose everything.
        """
        self.compare(tree)
        everything: dict[Identity, bytes] = {}
        texts: list[str] = []
        first: Location | None = None
        for path, content, file in tree.files():
            known = self._files.get(file)
            if known is None or not known.pending or file in everything:
                continue
            for loss, left in known.lost():
                if len(texts) < LIMIT_FILES:
                    lost = tree.with_contents({file: left})
                    at = known.pending[max(loss.lost)].at
                    yield LostTree(lost, loss.kind, f"{path} {loss.text}", at)
            if known.durable != content:
                first = first or known.pending[-1].at
                everything[file] = known.durable
                texts.append(path)
        if len(texts) > 1:
            text = f"{', '.join(texts[:-1])} and {texts[-1]} lost all unsynced writes"
            yield LostTree(tree.with_contents(everything), "all", text, first)
