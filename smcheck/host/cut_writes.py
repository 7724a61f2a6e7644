"""What a process leaves that is killed within a write: any beginning of what it wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from smcheck.host.lost_writes import patch
from smcheck.host.trees import Tree
from smcheck.runtime.file_calls import FileCall


def cuts(data: bytes) -> list[int]:
    """Return how many bytes of a write are tried as the only ones that were written."""
    size = len(data)
    if size < 2:
        return []
    chance = int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
    return sorted({1, size // 2, size - 1, 1 + chance % (size - 1)})


def cut_trees(before: Tree, call: FileCall) -> Iterator[tuple[int, Tree]]:
    """Yield the folder with each beginning of a write, and how many bytes that is.

    Args:
        before: What it held before the write; nothing is yielded if the file is not there.
        call: The write.
    """
    found = next((c for _, c, file in before.files() if file == call.file), None)
    if found is None or call.file is None:
        return
    for count in cuts(call.data):
        content = bytearray(found)
        patch(content, call.offset, call.data[:count])
        yield count, before.with_contents({call.file: bytes(content)})
