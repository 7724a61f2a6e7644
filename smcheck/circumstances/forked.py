"""Run something in a copy of this process and bring back what it gives, as JSON.

For a worker only: what runs there leaves no trace here, and ends as a killed process does,
without finalisers. Where a system has no forks, ``has_forks`` says so.
"""

from __future__ import annotations

import os
import select
import signal
import time
import warnings
from collections.abc import Callable

import msgspec

from smcheck.circumstances.wire import WireLife

has_forks = hasattr(os, "fork")
"""Whether this system can copy a process."""

_CHUNK_BYTES = 1 << 16
# Taken now: what the machine finds under these names may be a stand-in, or counted.
_fork, _leave, _monotonic = getattr(os, "fork", None), os._exit, time.monotonic
_DECODER = msgspec.json.Decoder(WireLife | None)


def in_fork(body: Callable[[], WireLife | None], *, timeout_s: float) -> WireLife | None:
    """Return what ``body`` gives in a copy of this process, ``None`` if nothing comes in time."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Other threads of a worker only wait for its pipes; the copy does without them.
        warnings.simplefilter("ignore", DeprecationWarning)
        assert _fork is not None
        child = _fork()
    if not child:
        _answer(body, writing)
    os.close(writing)
    try:
        return _read(reading, until_s=_monotonic() + timeout_s)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``, however little the pipe takes at once."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _answer(body: Callable[[], WireLife | None], writing: int) -> None:
    """Write what ``body`` gives, in the copy, and end it."""
    try:
        write_all(writing, msgspec.json.encode(body()))
    finally:
        _leave(0)


def _read(reading: int, *, until_s: float) -> WireLife | None:
    data = bytearray()
    while (left_s := until_s - _monotonic()) > 0:
        if not select.select([reading], [], [], left_s)[0]:
            return None
        chunk = os.read(reading, _CHUNK_BYTES)
        if not chunk:
            return _DECODER.decode(data) if data else None
        data += chunk
    return None
