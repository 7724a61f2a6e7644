"""Give a process back what a machine may have changed of it: folder, streams, recursion limit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STREAMS = ("stdin", "stdout", "stderr")


@contextmanager
def restored() -> Iterator[None]:
    """Put back afterwards what is global and no machine's to change."""
    folder, limit = _folder(), sys.getrecursionlimit()
    streams = [getattr(sys, name) for name in _STREAMS]
    try:
        yield
    finally:
        if folder and folder != _folder():
            with suppress(OSError):  # it may be gone
                os.chdir(folder)
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)
        for name, stream in zip(_STREAMS, streams, strict=True):
            setattr(sys, name, stream)


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""
