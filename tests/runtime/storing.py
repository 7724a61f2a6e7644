"""Code that stores files, in every way a machine can come by the functions it uses.

Loaded as a traced module of its own.
"""

from __future__ import annotations

import io
import os
from builtins import open as built_in
from collections.abc import Callable
from functools import partial
from io import open as of_io
from os import O_CREAT, O_WRONLY, fsync, replace, write
from os import open as os_open
from pathlib import Path
from typing import Any

SWAP = {"swap": replace}
MAKE = partial(os_open, flags=O_CREAT | O_WRONLY)


class Holder:
    """Keeps what it uses in its class."""

    sync: Any = fsync
    open = staticmethod(of_io)


def _closure() -> Callable[[Any], None]:
    sync = os.fdatasync

    def call(fd: Any) -> None:
        sync(fd)

    return call


SYNC_DATA = _closure()


def store(folder: Path, *, put: Any = write) -> None:
    """Make one call in each way."""
    fd = MAKE(folder / "a")
    put(fd, b"x")
    Holder().sync(fd)
    SYNC_DATA(fd)
    os.close(fd)
    SWAP["swap"](folder / "a", folder / "b")
    built_in(folder / "c", "w").close()
    Holder().open(folder / "d", "w").close()
    io.open(folder / "e", "w").close()  # noqa: UP020 - the name is tested
