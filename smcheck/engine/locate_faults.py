"""Name the line at which the fault of a stream is lost: the handler, or the read itself.

Like ``locate``, for breaches that are proven already.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

from smcheck.contract.profiles import Kind
from smcheck.engine.caught import Caught
from smcheck.engine.reference import Reference
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.stopped_recovers import versions
from smcheck.engine.twins.trial import Stop, attempt, middle, trials
from smcheck.engine.watch import LineWatch, digest, place
from smcheck.engine.world import World
from smcheck.finding import Location
from smcheck.host.conduct import Run
from smcheck.host.faults import (
    FailingWriter,
    ReadsOn,
    SignallingReader,
    disk_full,
    stream_lost,
)  # fmt: skip
from smcheck.host.streams import Image, ImageReader
from smcheck.runtime.traced import Traced

Lines = tuple[Location, ...]

_MANY_READS = 10_000


class HandlerWatch:
    """Note at which lines of machine code exceptions are caught.

    Attributes:
        handlers: The ``except`` and ``suppress`` lines, in the order in which they were reached.
    """

    def __init__(self, traced: Traced) -> None:
        self._traced = traced
        self._raising: set[FrameType] = set()
        self.handlers: dict[Location, None] = {}

    @contextmanager
    def watching(self) -> Iterator[HandlerWatch]:
        """Watch the calls made inside the block, on this thread."""
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            yield self
        finally:
            sys.settrace(before)
            self._raising.clear()

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if self._traced.is_machine(frame.f_code) else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "exception":
            self._raising.add(frame)
        elif event == "line" and frame in self._raising and _catches(frame):
            self.handlers[place(frame)] = None
        else:
            self._raising.discard(frame)
        return self._line


def _catches(frame: FrameType) -> bool:
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return text.startswith("except") or "suppress(" in text


class _NotingReader(ImageReader):
    """Give short pieces, or a part of an image, and note where the machine got too little."""

    __slots__ = ("_left", "_limit", "_traced", "short_at")

    def __init__(self, data: bytes, traced: Traced, *, limit: int = 1 << 62) -> None:
        super().__init__(data)
        self.short_at: Location | None = None
        self._traced = traced
        self._limit = limit
        self._left = _MANY_READS

    def read(self, n: int | None = -1) -> bytes:
        """Return up to ``n`` bytes."""
        if n is None or n < 0:
            piece, is_short = super().read(n), True
        else:
            piece = super().read(min(n, self._limit))
            is_short = len(piece) < n
        if is_short:
            self.short_at = _machine_line(self._traced) or self.short_at
        self._left -= not piece
        if self._left < 0:
            raise ReadsOn
        return piece


def _machine_line(traced: Traced) -> Location | None:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if traced.is_machine_file(frame.f_code.co_filename):
            return place(frame)
        frame = frame.f_back
    return None


def cut_line(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return where recover swallows what a cut image makes raise, else its last short read."""
    size = int(dict(caught.breach.evidence).get("bytes", "0"))
    whole, _ = _recovered(world, caught, lambda image: _NotingReader(image.data, world.traced))
    handlers, short_at = _recovered(
        world, caught, lambda image: _NotingReader(image.data[:size], world.traced)
    )
    return tuple([line for line in handlers if line not in whole] or short_at)[:1]


def short_read_line(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the last read that gave less than it was asked for."""
    _, short_at = _recovered(
        world, caught, lambda image: _NotingReader(image.data, world.traced, limit=1)
    )
    return short_at


def swallowing_save(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return where save swallows what its writer raises; the method itself is to blame."""
    ask = Ask(world, caught.plan, Reference(world, caught.plan))
    makes, version = trials(ask), middle(ask)

    def body() -> Lines:
        watch, writer = HandlerWatch(world.traced), FailingWriter(_error_for(world), after=0)
        replica = makes.grown(version)
        with watch.watching():
            makes.save(replica, writer=writer, own=writer.error)
        return tuple(replace(line, role="handler") for line in watch.handlers)

    return attempt(ask, body) or ()


def stopped_recover_line(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the first line of a stopped recover that changes the machine."""
    ask = Ask(world, caught.plan, Reference(world, caught.plan))
    makes, (before, after) = trials(ask), versions(ask)
    signal = Stop.of(caught.breach.evidence).signal()

    def body() -> Lines:
        image = makes.save(makes.grown(after)).value
        if image is None:
            return ()
        replica = makes.grown(before) if before else makes.fresh()
        was, reader = digest(replica.machine), SignallingReader(image.data, signal)
        watch = LineWatch(world.traced, lambda: digest(replica.machine) != was)
        with watch.watching():
            makes.recover(replica, image, reader=reader, stopped=signal)
        return (watch.found,) if watch.found else ()

    return attempt(ask, body) or ()


def _error_for(world: World) -> Exception:
    return stream_lost() if world.kind is Kind.ON_DISK else disk_full()


def _recovered(
    world: World, caught: Caught, reader_of: Callable[[Image], _NotingReader]
) -> tuple[Lines, Lines]:
    """Return the handlers that one recover came by, and the line of its last short read."""
    ask = Ask(world, caught.plan, Reference(world, caught.plan))
    makes, version = trials(ask), middle(ask)

    def body() -> tuple[Lines, Lines]:
        image = makes.save(makes.grown(version)).value
        if image is None:
            return (), ()
        reader, watch = reader_of(image), HandlerWatch(world.traced)
        replica = makes.fresh()
        with watch.watching():
            makes.recover(replica, image, reader=reader)
        return tuple(watch.handlers), (reader.short_at,) if reader.short_at else ()

    return attempt(ask, body) or ((), ())


FAULT_FINDERS: dict[str, Callable[[World, Caught, Run | None], Lines]] = {
    "SAV-9": swallowing_save,
    "SAV-10": swallowing_save,
    "REC-4": stopped_recover_line,
    "REC-5": cut_line,
    "REC-6": short_read_line,
}
"""Finders by clause."""

METHOD_FIRST = frozenset({"SAV-9", "SAV-10"})
"""Clauses whose location is the method at fault; what is found stands beside it."""
