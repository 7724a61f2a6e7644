"""Keep a copy of this process in which no machine has lived, for lives that must be the first.

For a worker only, taken once the user's file is imported. The copy makes a copy of itself for
every life, so nothing that a machine leaves in memory is found by another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

from smcheck.circumstances.forked import write_all
from smcheck.circumstances.wire import (
    Frames,
    LiveScript,
    Reopen,
    Response,
    WireError,
    frame,
    requests,
    responses,
)

_CHUNK_BYTES = 1 << 16
# Taken now: what the machine finds under these names may be a stand-in, or counted.
_fork, _leave = getattr(os, "fork", None), os._exit
Apart = LiveScript | Reopen
M = TypeVar("M")


class Pristine:
    """The copy, seen from the process that it is a copy of; ends when that one ends."""

    def __init__(self, answer: Callable[[Apart], Response], *, keeps: tuple[int, ...]) -> None:
        """Make the copy.

        Args:
            answer: Called in the copy, for each request.
            keeps: Descriptors that are this process' alone.
        """
        reading, their_end = os.pipe()
        our_end, writing = os.pipe()
        assert _fork is not None
        if not _fork():
            for descriptor in (reading, writing, *keeps):
                os.close(descriptor)
            _serve(answer, our_end, their_end)
        os.close(our_end)
        os.close(their_end)
        self._writing = writing
        self._responses = _messages(reading, responses())

    def ask(self, request: Apart) -> Response:
        """Return the answer of the copy.

        Raises:
            WireError: The copy is gone.
        """
        write_all(self._writing, frame(request))
        for response in self._responses:
            return response
        raise WireError("the copy of the worker in which nothing has lived is gone")


def _serve(answer: Callable[[Apart], Response], reading: int, writing: int) -> None:
    """Answer requests, in the copy, until the other end is closed; then end it."""
    try:
        for request in _messages(reading, requests()):
            assert isinstance(request, Apart)
            write_all(writing, frame(answer(request)))
    finally:
        _leave(0)


def _messages(descriptor: int, frames: Frames[M]) -> Iterator[M]:
    while data := os.read(descriptor, _CHUNK_BYTES):
        yield from frames.feed(data)
