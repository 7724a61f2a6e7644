"""Note the points of an execution, and what the instruction at each reads or writes.

Values become short texts at once, so nothing of the machine is kept. What an instruction works
on is known as far as the bytecode tells (``accesses``); elsewhere nothing is noted.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import NamedTuple

from smcheck._brief import brief
from smcheck.runtime.accesses import MISSING
from smcheck.runtime.execution import RawStep
from smcheck.runtime.named import Named, named_at
from smcheck.scenario import Touch


class _Open(NamedTuple):
    """An instruction that runs now; ``now`` gives what it works on, as text."""

    step: int
    name: str
    before: str
    is_write: bool
    is_store: bool
    now: Callable[[], str | None]


class Recording:
    """What is noted of one execution, by whichever task holds the baton.

    Attributes:
        steps: Task, count of its own points and place of each point, in order.
        touches: What was read or written at steps, by position.
    """

    def __init__(self) -> None:
        self.steps: list[RawStep] = []
        self.touches: dict[int, Touch] = {}
        self._latest: dict[int, int] = {}
        self._open: _Open | None = None

    def come(self, task: int, point: int, frame: FrameType) -> None:
        """Note that a task came to a point, before anybody decides who goes on."""
        self.settle()
        self._latest[task] = len(self.steps)
        self.steps.append((task, point, (frame.f_code, frame.f_lasti)))

    def go(self, task: int, frame: FrameType) -> None:
        """Note what a task does now: it goes on from the point that it came to last."""
        self.settle()
        found = named_at(frame)
        step = self._latest.get(task)
        if step is None:
            return
        if step != len(self.steps) - 1:
            # Others came between: what it does now happens here and not where it came.
            self.steps.append(self.steps[step])
            step = self._latest[task] = len(self.steps) - 1
        if found is None:
            return
        now = _text_of(found)
        before = now()
        if before is not None:
            self._open = _Open(step, found.name, before, found.is_write, found.is_store, now)

    def settle(self) -> None:
        """Note what the instruction did that ran last; nobody else ran since."""
        done, self._open = self._open, None
        if done is None:
            return
        after = done.now() if done.is_write else None
        if not done.is_store and after == done.before:
            after = None  # a method that changed nothing only read
        self.touches[done.step] = Touch(done.name, done.before, after)


def _text_of(found: Named) -> Callable[[], str | None]:
    def now() -> str | None:
        held = found.get()
        if held is None:
            return None
        return "nothing" if held.value is MISSING else brief(held.value)

    return now
