"""The executor: kept threads and the way points are delivered; one per process is enough."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from smcheck.runtime.affinity import Crowding, stand, standing, together
from smcheck.runtime.baton import Limits, PointSource
from smcheck.runtime.clock import Clock
from smcheck.runtime.inserted import InsertedPoints
from smcheck.runtime.monitoring import MonitoringPoints
from smcheck.runtime.patches import Patches
from smcheck.runtime.pool import Pool
from smcheck.runtime.series import Series, Step
from smcheck.runtime.session import Session
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import Visible

S = TypeVar("S", bound=Session)

_TRACED_POINTS, _POINTS = 1_000, 200
"""Points that an entry may take beside those of any execution, with and without those in code."""

# Taken now: later os.getpid may answer what a twin's circumstances say.
_getpid = os.getpid


class Executor:
    """Give sessions in which bodies run under control.

    Args:
        traced: Which code is the machine's.
        granularity: ``"auto"`` for points at visible accesses, ``"line"``, ``"call"``,
            ``"opcode"``, or ``"none"``.
        limit_points: Points after which one execution is stopped and says nothing.
        timeout_s: Seconds without a point after which a task counts as blocked.
        roots: Objects beside the machine's modules whose locks are modelled, with their names.
    """

    def __init__(
        self,
        traced: Traced,
        *,
        granularity: str = "auto",
        limit_points: int = 50_000,
        timeout_s: float = 2.0,
        roots: Sequence[tuple[str, object]] = (),
    ) -> None:
        visible = Visible(granularity)
        self.traced = traced
        self.granularity = granularity
        self._limits = Limits(points=limit_points, timeout_s=timeout_s)
        self._points: PointSource | None = None
        if granularity != "none":
            has_events = sys.version_info >= (3, 12)
            self._points = (MonitoringPoints if has_events else InsertedPoints)(traced, visible)
        self._apart = standing()
        self._place = together(self._apart)
        self._crowding = Crowding()
        self._pool = Pool(self._place)
        self._process = _getpid()
        self._patches = Patches(traced, roots=roots)
        self._is_together = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep the calling thread on the CPU of the kept ones, around many sessions.

        Without it each session moves the thread there and back, a tenth of a short execution.
        """
        if self._is_together:
            yield
            return
        before = standing()
        stand(self._place)
        self._is_together = True
        try:
            yield
        finally:
            self._is_together = False
            stand(before)

    @contextmanager
    def session(
        self,
        *,
        clock: Clock | None = None,
        trace: bool = True,
        entries: int = 0,
        collects: int = 0,
    ) -> Iterator[Session]:
        """Open a session; modelled primitives are in force on its tasks.

        Inside, the calling thread is pinned and the collector is off unless asked for. Once the
        CPU turns out to be somebody else's too, nothing is pinned any more.

        Args:
            clock: Virtual time of the session; a fresh one unless given.
            trace: Whether the machine's code has points.
            entries: How many commands are applied in it: with them come points.
            collects: New objects after which the collector runs, 0 for never.
        """
        points = self._limits.points + entries * (_TRACED_POINTS if trace else _POINTS)
        limits = replace(self._limits, points=points)
        opened = self._opened(Session, clock or Clock(), limits, trace=trace, collects=collects)
        with opened as session:
            yield session

    @contextmanager
    def _opened(
        self, make: type[S], clock: Clock, limits: Limits, *, trace: bool, collects: int = 0
    ) -> Iterator[S]:
        if _getpid() != self._process:
            # A fork has the records of the threads and not the threads.
            self._pool, self._process = Pool(self._place), _getpid()
        self.traced.refresh()
        self._patches.install()
        self._patches.reset()
        with self.together():
            session = make(
                self._pool,
                self.traced,
                points=self._points if trace else None,
                clock=clock,
                limits=limits,
            )
            self._crowding.begin()
            try:
                with _collecting(collects):
                    try:
                        yield session
                    finally:
                        session.close()
            finally:
                if self._crowding.end() and self._place != self._apart:
                    self._move_apart()

    def repeat(self, step: Step) -> None:
        """Run what ``step`` sets up again and again; see ``Series.repeat``."""
        with self._opened(Series, Clock(), self._limits, trace=True) as series:
            series.repeat(step, renew=self._patches.reset)

    def _move_apart(self) -> None:
        """Let the system place the threads, between two sessions."""
        self._place = self._apart
        self._pool.move(self._apart)
        stand(self._apart)

    def close(self) -> None:
        """End the kept threads, give the standard library back, watch no code any more."""
        self._patches.remove()
        self._pool.close()
        if self._points is not None:
            self._points.release()


@contextmanager
def _collecting(after: int) -> Iterator[None]:
    """Let the collector run after so many new objects, 0 for never, instead of as it does."""
    was_on, threshold = gc.isenabled(), gc.get_threshold()
    if after:
        gc.collect()  # else Python waits with full collections until much is new
        gc.set_threshold(after, 2, 2)
        gc.enable()
    else:
        gc.disable()
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        if was_on:
            gc.enable()
        else:
            gc.disable()
