"""Let a machine take its process for another one, which is dead once others look for it.

The machine that was killed really lives on in this process; a lock file with its id would say so.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

_DEAD = 1 << 22
"""One more than any process can have."""


@contextmanager
def of_a_dead_process() -> Iterator[None]:
    """Let ``os.getpid`` answer an id that no process has, and ``os.kill`` understand it."""
    posix, real_pid, real_kill = importlib.import_module(os.name), os.getpid, os.kill
    own = real_pid()

    def getpid() -> int:
        # A child that the machine forked has an id of its own.
        return _DEAD if real_pid() == own else real_pid()

    def kill(pid: int, signal: int, /) -> None:
        real_kill(own if pid == _DEAD else pid, signal)

    def replace(get: object, send: object) -> None:
        for module in (os, posix):
            module.getpid, module.kill = get, send  # type: ignore[attr-defined]  # put back below

    replace(getpid, kill)
    try:
        yield
    finally:
        replace(real_pid, real_kill)
