"""Run a case once more and stop where the machine breaks the clause, in a debugger.

In the child only. What came of the case is known and told before: nothing is judged here.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType
from typing import Any

from smcheck.cli.debugger import Debugger, begins_function
from smcheck.cli.debugging import Terminal
from smcheck.engine.caught import Caught
from smcheck.engine.execute import conduct
from smcheck.engine.suite import show_again
from smcheck.engine.twins import IN_WORKERS
from smcheck.engine.world import World
from smcheck.finding import Finding, Location
from smcheck.schedulers.protocol import Choice, Scheduler
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.subject import Subject


def stop_in(
    subject: Subject, caught: Caught, finding: Finding, terminal: Terminal, *,
    leave: Callable[[], None],
) -> None:  # fmt: skip
    """Run the case of ``finding`` and stop at its line, each time a task or a life comes there.

    Args:
        subject: Whose machine it is.
        caught: The case that showed the finding.
        finding: What it showed, with the line.
        terminal: Where the debugger is.
        leave: Ends this process, when the user quits.
    """
    place = finding.location
    where = f"{place.function} ({place.file}:{place.line})"
    debugger = terminal.debugger(left=leave)
    terminal.told()
    terminal.say(f"once more, stopping at {where}: continue, or quit")
    if caught.breach.check in IN_WORKERS:
        # Those processes have no terminal; the same log passes the line here too.
        caught = replace(caught, breach=replace(caught.breach, check="alone"))
    if caught.breach.check == "schedules":
        with World(subject) as world:
            world.try_out()
            scheduler = StoppingScheduler(ReplayScheduler(caught.schedule), place, debugger)
            conduct(world, caught.plan, scheduler)
        return
    with World(_watched(subject, place, debugger)) as world:
        world.try_out()
        show_again(world, caught)


def _watched(subject: Subject, place: Location, debugger: Debugger) -> Subject:
    """Return the subject with a factory that has the thread stop at a line from then on."""
    factory = subject.machine

    @functools.wraps(factory, updated=())
    def made(*args: Any, **kwargs: Any) -> Any:  # Any: whatever the factory takes and gives
        debugger.watch(place)
        return factory(*args, **kwargs)

    return replace(subject, machine=made, name=subject.name)


class StoppingScheduler:
    """Follow another scheduler, asked at every point, and stop where a task comes to a line."""

    def __init__(self, inner: Scheduler, place: Location, debugger: Debugger) -> None:
        self._inner = inner
        self._place = place
        self._debugger = debugger
        self._is_whole = begins_function(place)
        self._latest: dict[int, object] = {}

    def begin(self, tasks: int) -> None:
        """Begin as the other does."""
        self._inner.begin(tasks)

    def end(self, points: Sequence[int]) -> None:
        """End as the other does."""
        self._inner.end(points)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        """Return what the other chooses, for one point."""
        if self._debugger.is_held and current in runnable:
            return current, 1  # what is typed may run the machine's code: nobody switches there
        if current >= 0:
            self._look(current)
        return self._inner.choose(current, runnable, points)[0], 1

    def _look(self, task: int) -> None:
        frame = self._frame_at_place()
        here = (id(frame), self._is_whole or frame.f_lineno) if frame is not None else None
        before, self._latest[task] = self._latest.get(task), here
        if frame is not None and here != before:
            self._debugger.hold(frame)

    def _frame_at_place(self) -> FrameType | None:
        place = self._place
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            code = frame.f_code
            is_there = self._is_whole or frame.f_lineno == place.line
            if code.co_qualname == place.function and is_there:
                return frame if os.path.abspath(code.co_filename) == place.file else None
            frame = frame.f_back
        return None
